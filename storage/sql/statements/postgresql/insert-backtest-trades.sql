INSERT INTO backtest_trade (result, trade, strategy, instrument, direction, is_open, entry_time, exit_time, n_bars, size, entry_price,
  exit_price, fees, profit, adverse, favourable)
SELECT CAST (value ->> 0 AS bigint), CAST (value ->> 1 AS bigint), CAST (value ->> 2 AS bigint), CAST (value ->> 3 AS bigint), value ->> 4,
  CAST (value ->> 5 AS bigint), CAST (value ->> 6 AS bigint), CAST (value ->> 7 AS bigint), CAST (value ->> 8 AS bigint),
  CAST (value ->> 9 AS bigint), CAST (value ->> 10 AS bigint), CAST (value ->> 11 AS bigint), CAST (value ->> 12 AS bigint),
  CAST (value ->> 13 AS bigint), CAST (value ->> 14 AS bigint), CAST (value ->> 15 AS bigint)
FROM jsonb_array_elements (CAST (##rows::string AS jsonb))
