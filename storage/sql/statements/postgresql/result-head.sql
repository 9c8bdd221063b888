SELECT r.result, r.initial_equity, r.created_time, r.from_time, r.to_time, r.took_ns, r.n_sets, r.n_bars, r.n_fills, r.n_trades, r.n_points, c.scale,
  r.user_id, r.key, r.name, r.engine, r.data_hash, r.currency,
  coalesce ((SELECT string_agg (text, '' ORDER BY number) FROM (
      SELECT p.strategy AS number, octet_length (p.plugin) || ':' || p.plugin AS text
      FROM backtest_strategy p WHERE p.result = r.result ORDER BY p.strategy) t), '') AS strategies,
  coalesce ((SELECT string_agg (text, '' ORDER BY number) FROM (
      SELECT p.plugin AS number, octet_length (p.id) || ':' || p.id
        || octet_length (coalesce ('+' || p.version, '-')) || ':' || coalesce ('+' || p.version, '-') AS text
      FROM backtest_plugin p WHERE p.result = r.result ORDER BY p.plugin) t), '') AS plugins,
  coalesce ((SELECT string_agg (text, '' ORDER BY number) FROM (
      SELECT p.parameter AS number, octet_length (p.name) || ':' || p.name
        || octet_length (coalesce ('+' || p.value, '-')) || ':' || coalesce ('+' || p.value, '-') AS text
      FROM backtest_parameter p WHERE p.result = r.result ORDER BY p.parameter) t), '') AS parameters,
  coalesce ((SELECT string_agg (text, '' ORDER BY number) FROM (
      SELECT p.instrument AS number, octet_length (p.id) || ':' || p.id
        || octet_length (p.symbol) || ':' || p.symbol
        || octet_length (p.venue) || ':' || p.venue
        || octet_length (p.settlement) || ':' || p.settlement
        || octet_length (coalesce ('+' || p.base, '-')) || ':' || coalesce ('+' || p.base, '-')
        || octet_length (p.quote) || ':' || p.quote
        || octet_length (CAST (p.price_scale AS text)) || ':' || CAST (p.price_scale AS text)
        || octet_length (CAST (p.size_scale AS text)) || ':' || CAST (p.size_scale AS text)
        || octet_length (CAST (p.price_step AS text)) || ':' || CAST (p.price_step AS text)
        || octet_length (CAST (p.size_step AS text)) || ':' || CAST (p.size_step AS text)
        || octet_length (CAST (p.size_min AS text)) || ':' || CAST (p.size_min AS text)
        || octet_length (CAST (p.size_max AS text)) || ':' || CAST (p.size_max AS text)
        || octet_length (CAST (p.notional_min AS text)) || ':' || CAST (p.notional_min AS text)
        || octet_length (CAST (p.maker_fee AS text)) || ':' || CAST (p.maker_fee AS text)
        || octet_length (CAST (p.taker_fee AS text)) || ':' || CAST (p.taker_fee AS text) AS text
      FROM backtest_instrument p WHERE p.result = r.result ORDER BY p.instrument) t), '') AS instruments,
  coalesce ((SELECT string_agg (text, '' ORDER BY number) FROM (
      SELECT p.statistic AS number, octet_length (p.statistic_group) || ':' || p.statistic_group
        || octet_length (p.name) || ':' || p.name
        || octet_length (p.exact) || ':' || p.exact AS text
      FROM backtest_statistic p WHERE p.result = r.result ORDER BY p.statistic) t), '') AS statistics
FROM backtest_run r
  JOIN currency c ON c.code = r.currency
WHERE r.result = CAST ((CAST (##rows::string AS jsonb) -> 0 ->> 0) AS bigint) AND (##user::string = '' OR r.user_id = ##user::string)
