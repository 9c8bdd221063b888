SELECT string_agg (text, ',' ORDER BY number)
FROM (
  SELECT p.fill AS number,
    p.time || ',' || p.strategy || ',' || p.instrument || ',' || CASE p.side WHEN 'BUY' THEN 1 ELSE 2 END || ',' || p.price
      || ',' || p.size || ',' || p.fee AS text
  FROM backtest_fill p
  WHERE p.result = CAST ((CAST (##rows::string AS jsonb) -> 0 ->> 0) AS bigint)
    AND p.fill >= CAST ((CAST (##rows::string AS jsonb) -> 0 ->> 1) AS bigint)
    AND p.fill < CAST ((CAST (##rows::string AS jsonb) -> 0 ->> 2) AS bigint)
  ORDER BY p.fill) t
