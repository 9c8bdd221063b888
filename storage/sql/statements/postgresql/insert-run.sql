INSERT INTO strategy_run (user_id, run_id, pipeline, mode, seed, currency, state, created_time)
SELECT ##user::string, ##run::string, value ->> 0, value ->> 1, value ->> 2, value ->> 3, 'CREATED', CAST (value ->> 4 AS bigint)
FROM jsonb_array_elements (CAST (##rows::string AS jsonb))
