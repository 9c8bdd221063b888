INSERT INTO backtest_run (result, user_id, key, name, engine, data_hash, currency, initial_equity, created_time, from_time, to_time,
  took_ns, n_sets, n_bars, n_strategies, n_plugins, n_parameters, n_instruments, n_statistics, n_fills, n_trades, n_points, summary)
SELECT CAST (value ->> 0 AS bigint), value ->> 1, value ->> 2, value ->> 3, value ->> 4, value ->> 5, value ->> 6,
  CAST (value ->> 7 AS bigint), CAST (value ->> 8 AS bigint), CAST (value ->> 9 AS bigint), CAST (value ->> 10 AS bigint),
  CAST (value ->> 11 AS bigint), CAST (value ->> 12 AS bigint), CAST (value ->> 13 AS bigint), CAST (value ->> 14 AS bigint),
  CAST (value ->> 15 AS bigint), CAST (value ->> 16 AS bigint), CAST (value ->> 17 AS bigint), CAST (value ->> 18 AS bigint),
  CAST (value ->> 19 AS bigint), CAST (value ->> 20 AS bigint), CAST (value ->> 21 AS bigint), value ->> 22
FROM jsonb_array_elements (CAST (##rows::string AS jsonb))
