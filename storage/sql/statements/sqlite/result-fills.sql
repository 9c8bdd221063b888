SELECT group_concat (text)
FROM (
  SELECT p.fill AS number,
    p.time || ',' || p.strategy || ',' || p.instrument || ',' || CASE p.side WHEN 'BUY' THEN 1 ELSE 2 END || ',' || p.price
      || ',' || p.size || ',' || p.fee AS text
  FROM backtest_fill p
  WHERE p.result = json_extract (##rows::string, '$[0][0]')
    AND p.fill >= json_extract (##rows::string, '$[0][1]')
    AND p.fill < json_extract (##rows::string, '$[0][2]')
  ORDER BY p.fill) t
