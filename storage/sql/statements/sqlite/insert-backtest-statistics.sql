INSERT INTO backtest_statistic (result, statistic, statistic_group, name, value, exact)
WITH r AS MATERIALIZED (SELECT value FROM json_each (##rows::string))
SELECT value ->> 0, value ->> 1, value ->> 2, value ->> 3,
  CASE value ->> 4 WHEN 'nan' THEN NULL WHEN 'inf' THEN 9e999 WHEN '-inf' THEN -9e999 ELSE CAST (value ->> 4 AS REAL) END, value ->> 4
FROM r
