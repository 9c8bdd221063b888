INSERT INTO backtest_fill (result, fill, time, strategy, instrument, side, price, size, fee)
SELECT CAST (value ->> 0 AS bigint), CAST (value ->> 1 AS bigint), CAST (value ->> 2 AS bigint), CAST (value ->> 3 AS bigint),
  CAST (value ->> 4 AS bigint), value ->> 5, CAST (value ->> 6 AS bigint), CAST (value ->> 7 AS bigint), CAST (value ->> 8 AS bigint)
FROM jsonb_array_elements (CAST (##rows::string AS jsonb))
