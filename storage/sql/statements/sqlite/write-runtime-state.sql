INSERT INTO runtime_state (user_id, run_id, component, key, value, number, updated_time)
SELECT ##user::string, ##run::string, c0, c1, c2, c3, c4
FROM ledger_rows (##rows::string) WHERE true
ON CONFLICT (user_id, run_id, component, key) DO UPDATE SET
  value = excluded.value, number = excluded.number, updated_time = excluded.updated_time
