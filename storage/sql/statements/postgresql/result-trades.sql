SELECT string_agg (text, ',' ORDER BY number)
FROM (
  SELECT p.trade AS number,
    p.strategy || ',' || p.instrument || ',' || CASE p.direction WHEN 'LONG' THEN 1 ELSE -1 END || ',' || p.is_open || ',' || p.entry_time
      || ',' || p.exit_time || ',' || p.n_bars || ',' || p.size || ',' || p.entry_price || ',' || p.exit_price
      || ',' || p.fees || ',' || p.profit || ',' || p.adverse || ',' || p.favourable AS text
  FROM backtest_trade p
  WHERE p.result = CAST ((CAST (##rows::string AS jsonb) -> 0 ->> 0) AS bigint)
    AND p.trade >= CAST ((CAST (##rows::string AS jsonb) -> 0 ->> 1) AS bigint)
    AND p.trade < CAST ((CAST (##rows::string AS jsonb) -> 0 ->> 2) AS bigint)
  ORDER BY p.trade) t
