INSERT INTO component (user_id, run_id, component, kind, name, plugin)
WITH r AS MATERIALIZED (SELECT value FROM json_each (##rows::string))
SELECT ##user::string, ##run::string, value ->> 0, value ->> 1, value ->> 2, value ->> 3
FROM r
