SELECT group_concat (text)
FROM (
  SELECT p.trade AS number,
    p.strategy || ',' || p.instrument || ',' || CASE p.direction WHEN 'LONG' THEN 1 ELSE -1 END || ',' || p.is_open || ',' || p.entry_time
      || ',' || p.exit_time || ',' || p.n_bars || ',' || p.size || ',' || p.entry_price || ',' || p.exit_price
      || ',' || p.fees || ',' || p.profit || ',' || p.adverse || ',' || p.favourable AS text
  FROM backtest_trade p
  WHERE p.result = json_extract (##rows::string, '$[0][0]')
    AND p.trade >= json_extract (##rows::string, '$[0][1]')
    AND p.trade < json_extract (##rows::string, '$[0][2]')
  ORDER BY p.trade) t
