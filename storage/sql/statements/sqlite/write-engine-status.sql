INSERT INTO engine_status (user_id, run_id, heartbeat_time, last_sequence, last_tick, trading_state, n_orders, n_open_orders, n_denials, n_fills)
SELECT ##user::string, ##run::string, c0, c1, c2, c3, c4, c5, c6, c7
FROM ledger_rows (##rows::string) WHERE true
ON CONFLICT (user_id, run_id) DO UPDATE SET
  heartbeat_time = excluded.heartbeat_time, last_sequence = excluded.last_sequence, last_tick = excluded.last_tick,
  trading_state = excluded.trading_state, n_orders = excluded.n_orders, n_open_orders = excluded.n_open_orders, n_denials = excluded.n_denials,
  n_fills = excluded.n_fills
