INSERT INTO backtest_instrument (result, instrument, id, symbol, venue, settlement, base, quote, price_scale, size_scale, price_step,
  size_step, size_min, size_max, notional_min, maker_fee, taker_fee)
SELECT CAST (value ->> 0 AS bigint), CAST (value ->> 1 AS bigint), value ->> 2, value ->> 3, value ->> 4, value ->> 5, value ->> 6,
  value ->> 7, CAST (value ->> 8 AS bigint), CAST (value ->> 9 AS bigint), CAST (value ->> 10 AS bigint), CAST (value ->> 11 AS bigint),
  CAST (value ->> 12 AS bigint), CAST (value ->> 13 AS bigint), CAST (value ->> 14 AS bigint), CAST (value ->> 15 AS bigint),
  CAST (value ->> 16 AS bigint)
FROM jsonb_array_elements (CAST (##rows::string AS jsonb))
