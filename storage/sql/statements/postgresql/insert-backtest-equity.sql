INSERT INTO backtest_equity (result, block, n_points, first_time, last_time, points)
SELECT CAST (value ->> 0 AS bigint), CAST (value ->> 1 AS bigint), CAST (value ->> 2 AS bigint), CAST (value ->> 3 AS bigint),
  CAST (value ->> 4 AS bigint), CAST (value ->> 5 AS json)
FROM jsonb_array_elements (CAST (##rows::string AS jsonb))
