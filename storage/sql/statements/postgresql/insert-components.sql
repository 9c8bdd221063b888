INSERT INTO component (user_id, run_id, component, kind, name, plugin)
SELECT ##user::string, ##run::string, CAST (value ->> 0 AS bigint), value ->> 1, value ->> 2, value ->> 3
FROM jsonb_array_elements (CAST (##rows::string AS jsonb))
