INSERT INTO backtest_statistic (result, statistic, statistic_group, name, value, exact)
SELECT CAST (value ->> 0 AS bigint), CAST (value ->> 1 AS bigint), value ->> 2, value ->> 3,
  CAST (nullif (value ->> 4, 'nan') AS double precision), value ->> 4
FROM jsonb_array_elements (CAST (##rows::string AS jsonb))
