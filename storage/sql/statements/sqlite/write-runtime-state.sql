INSERT INTO runtime_state (user_id, run_id, component, key, value, number, updated_time)
SELECT ##user::string, ##run::string, value ->> 0, value ->> 1, value ->> 2, value ->> 3, value ->> 4
FROM json_each (##rows::string) WHERE true
ON CONFLICT (user_id, run_id, component, key) DO UPDATE SET
  value = excluded.value, number = excluded.number, updated_time = excluded.updated_time
