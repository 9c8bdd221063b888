SELECT r.result, r.initial_equity, r.created_time, r.from_time, r.to_time, r.took_ns, r.n_sets, r.n_bars, r.n_fills, r.n_trades, r.n_points, c.scale,
  r.user_id, r.key, r.name, r.engine, r.data_hash, r.currency,
  coalesce ((SELECT group_concat (text, '') FROM (
      SELECT p.strategy AS number, length (CAST (p.plugin AS BLOB)) || ':' || p.plugin AS text
      FROM backtest_strategy p WHERE p.result = r.result ORDER BY p.strategy) t), '') AS strategies,
  coalesce ((SELECT group_concat (text, '') FROM (
      SELECT p.plugin AS number, length (CAST (p.id AS BLOB)) || ':' || p.id
        || length (CAST (ifnull ('+' || p.version, '-') AS BLOB)) || ':' || ifnull ('+' || p.version, '-') AS text
      FROM backtest_plugin p WHERE p.result = r.result ORDER BY p.plugin) t), '') AS plugins,
  coalesce ((SELECT group_concat (text, '') FROM (
      SELECT p.parameter AS number, length (CAST (p.name AS BLOB)) || ':' || p.name
        || length (CAST (ifnull ('+' || p.value, '-') AS BLOB)) || ':' || ifnull ('+' || p.value, '-') AS text
      FROM backtest_parameter p WHERE p.result = r.result ORDER BY p.parameter) t), '') AS parameters,
  coalesce ((SELECT group_concat (text, '') FROM (
      SELECT p.instrument AS number, length (CAST (p.id AS BLOB)) || ':' || p.id
        || length (CAST (p.symbol AS BLOB)) || ':' || p.symbol
        || length (CAST (p.venue AS BLOB)) || ':' || p.venue
        || length (CAST (p.settlement AS BLOB)) || ':' || p.settlement
        || length (CAST (ifnull ('+' || p.base, '-') AS BLOB)) || ':' || ifnull ('+' || p.base, '-')
        || length (CAST (p.quote AS BLOB)) || ':' || p.quote
        || length (CAST (p.price_scale AS BLOB)) || ':' || p.price_scale
        || length (CAST (p.size_scale AS BLOB)) || ':' || p.size_scale
        || length (CAST (p.price_step AS BLOB)) || ':' || p.price_step
        || length (CAST (p.size_step AS BLOB)) || ':' || p.size_step
        || length (CAST (p.size_min AS BLOB)) || ':' || p.size_min
        || length (CAST (p.size_max AS BLOB)) || ':' || p.size_max
        || length (CAST (p.notional_min AS BLOB)) || ':' || p.notional_min
        || length (CAST (p.maker_fee AS BLOB)) || ':' || p.maker_fee
        || length (CAST (p.taker_fee AS BLOB)) || ':' || p.taker_fee AS text
      FROM backtest_instrument p WHERE p.result = r.result ORDER BY p.instrument) t), '') AS instruments,
  coalesce ((SELECT group_concat (text, '') FROM (
      SELECT p.statistic AS number, length (CAST (p.statistic_group AS BLOB)) || ':' || p.statistic_group
        || length (CAST (p.name AS BLOB)) || ':' || p.name
        || length (CAST (p.exact AS BLOB)) || ':' || p.exact AS text
      FROM backtest_statistic p WHERE p.result = r.result ORDER BY p.statistic) t), '') AS statistics
FROM backtest_run r
  JOIN currency c ON c.code = r.currency
WHERE r.result = json_extract (##rows::string, '$[0][0]') AND (##user::string = '' OR r.user_id = ##user::string)
