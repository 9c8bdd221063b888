INSERT INTO backtest_statistic (result, statistic, statistic_group, name, value, exact)
SELECT c0, c1, c2, c3,
  CASE c4 WHEN 'nan' THEN NULL WHEN 'inf' THEN 9e999 WHEN '-inf' THEN -9e999 ELSE CAST (c4 AS REAL) END, c4
FROM ledger_rows (##rows::string)
