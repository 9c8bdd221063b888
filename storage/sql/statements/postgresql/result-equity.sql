SELECT e.n_points, CAST (e.points AS text)
FROM backtest_equity e
WHERE e.result = CAST ((CAST (##rows::string AS jsonb) -> 0 ->> 0) AS bigint)
  AND e.block >= CAST ((CAST (##rows::string AS jsonb) -> 0 ->> 1) AS bigint)
  AND e.block < CAST ((CAST (##rows::string AS jsonb) -> 0 ->> 2) AS bigint)
ORDER BY e.block
