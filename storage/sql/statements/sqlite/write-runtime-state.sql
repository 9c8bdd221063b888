INSERT INTO runtime_state (user_id, run_id, component, key, value, number, updated_time)
WITH r AS MATERIALIZED (SELECT value FROM json_each (##rows::string))
SELECT ##user::string, ##run::string, value ->> 0, value ->> 1, value ->> 2, value ->> 3, value ->> 4
FROM r WHERE true
ON CONFLICT (user_id, run_id, component, key) DO UPDATE SET
  value = excluded.value, number = excluded.number, updated_time = excluded.updated_time
