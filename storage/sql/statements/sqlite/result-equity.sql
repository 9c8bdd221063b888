SELECT e.n_points, e.points
FROM backtest_equity e
WHERE e.result = json_extract (##rows::string, '$[0][0]')
  AND e.block >= json_extract (##rows::string, '$[0][1]')
  AND e.block < json_extract (##rows::string, '$[0][2]')
ORDER BY e.block
