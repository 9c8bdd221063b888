INSERT INTO event_ledger (user_id, run_id, sequence, logical_time, kind, name, component, order_id, from_state, to_state, severity, detail)
SELECT ##user::string, ##run::string, c0, c1, c2, c3, c4, c5, c6, c7,
  c8, c9
FROM ledger_rows (##rows::string)
