INSERT INTO engine_status (user_id, run_id, heartbeat_time, last_sequence, last_tick, trading_state, n_orders, n_open_orders, n_denials, n_fills)
WITH r AS MATERIALIZED (SELECT value FROM json_each (##rows::string))
SELECT ##user::string, ##run::string, value ->> 0, value ->> 1, value ->> 2, value ->> 3, value ->> 4, value ->> 5, value ->> 6, value ->> 7
FROM r WHERE true
ON CONFLICT (user_id, run_id) DO UPDATE SET
  heartbeat_time = excluded.heartbeat_time, last_sequence = excluded.last_sequence, last_tick = excluded.last_tick,
  trading_state = excluded.trading_state, n_orders = excluded.n_orders, n_open_orders = excluded.n_open_orders, n_denials = excluded.n_denials,
  n_fills = excluded.n_fills
