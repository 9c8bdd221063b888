INSERT INTO audit (user_id, run_id, number, sequence, logical_time, actor_kind, component, actor, action, order_id, why, before_value,
  after_value, previous_hash, hash)
SELECT ##user::string, ##run::string, c0, c1, c2, c3, c4, c5, c6, c7,
  c8, c9, c10, c11, c12
FROM ledger_rows (##rows::string)
