INSERT INTO backtest_run (result, user_id, key, name, engine, data_hash, currency, initial_equity, created_time, from_time, to_time,
  took_ns, n_sets, n_bars, n_strategies, n_plugins, n_parameters, n_instruments, n_statistics, n_fills, n_trades, n_points, summary)
SELECT c0, c1, c2, c3, c4, c5, c6, c7, c8, c9,
  c10, c11, c12, c13, c14, c15, c16, c17, c18,
  c19, c20, c21, c22
FROM ledger_rows (##rows::string)
