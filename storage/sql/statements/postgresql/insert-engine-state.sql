INSERT INTO engine_state (user_id, run_id, logical_time, sequence, tick, trading_state, n_orders, n_open_orders, n_denials, n_fills)
SELECT ##user::string, ##run::string, CAST (value ->> 0 AS bigint), CAST (value ->> 1 AS bigint), CAST (value ->> 2 AS bigint),
  value ->> 3, CAST (value ->> 4 AS bigint), CAST (value ->> 5 AS bigint), CAST (value ->> 6 AS bigint), CAST (value ->> 7 AS bigint)
FROM jsonb_array_elements (CAST (##rows::string AS jsonb))
