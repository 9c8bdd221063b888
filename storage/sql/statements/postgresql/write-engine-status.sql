INSERT INTO engine_status (user_id, run_id, heartbeat_time, last_sequence, last_tick, trading_state, n_orders, n_open_orders, n_denials, n_fills)
SELECT ##user::string, ##run::string, CAST (value ->> 0 AS bigint), CAST (value ->> 1 AS bigint), CAST (value ->> 2 AS bigint),
  value ->> 3, CAST (value ->> 4 AS bigint), CAST (value ->> 5 AS bigint), CAST (value ->> 6 AS bigint), CAST (value ->> 7 AS bigint)
FROM jsonb_array_elements (CAST (##rows::string AS jsonb))
ON CONFLICT (user_id, run_id) DO UPDATE SET
  heartbeat_time = excluded.heartbeat_time, last_sequence = excluded.last_sequence, last_tick = excluded.last_tick,
  trading_state = excluded.trading_state, n_orders = excluded.n_orders, n_open_orders = excluded.n_open_orders, n_denials = excluded.n_denials,
  n_fills = excluded.n_fills
