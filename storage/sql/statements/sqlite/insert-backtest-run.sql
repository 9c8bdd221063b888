INSERT INTO backtest_run (result, user_id, key, name, engine, data_hash, currency, initial_equity, created_time, from_time, to_time,
  took_ns, n_sets, n_bars, n_strategies, n_plugins, n_parameters, n_instruments, n_statistics, n_fills, n_trades, n_points)
WITH r AS MATERIALIZED (SELECT value FROM json_each (##rows::string))
SELECT value ->> 0, value ->> 1, value ->> 2, value ->> 3, value ->> 4, value ->> 5, value ->> 6, value ->> 7, value ->> 8, value ->> 9,
  value ->> 10, value ->> 11, value ->> 12, value ->> 13, value ->> 14, value ->> 15, value ->> 16, value ->> 17, value ->> 18,
  value ->> 19, value ->> 20, value ->> 21
FROM r
