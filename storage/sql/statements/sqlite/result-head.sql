SELECT r.result, r.initial_equity, r.created_time, r.from_time, r.to_time, r.took_ns, r.n_sets, r.n_bars, r.n_fills, r.n_trades, r.n_points, c.scale,
  r.user_id, r.key, r.name, r.engine, r.data_hash, r.currency,
  p.strategies, p.plugins, p.parameters, p.instruments, p.statistics
FROM backtest_run r
  JOIN currency c ON c.code = r.currency
  JOIN backtest_text p ON p.result = r.result
WHERE r.result = json_extract (##rows::string, '$[0][0]') AND (##user::string = '' OR r.user_id = ##user::string)
