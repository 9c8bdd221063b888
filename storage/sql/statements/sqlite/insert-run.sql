INSERT INTO strategy_run (user_id, run_id, pipeline, mode, seed, currency, state, created_time)
WITH r AS MATERIALIZED (SELECT value FROM json_each (##rows::string))
SELECT ##user::string, ##run::string, value ->> 0, value ->> 1, value ->> 2, value ->> 3, 'CREATED', value ->> 4
FROM r
