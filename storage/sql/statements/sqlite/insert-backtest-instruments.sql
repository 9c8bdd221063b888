INSERT INTO backtest_instrument (result, instrument, id, symbol, venue, settlement, base, quote, price_scale, size_scale, price_step,
  size_step, size_min, size_max, notional_min, maker_fee, taker_fee)
WITH r AS MATERIALIZED (SELECT value FROM json_each (##rows::string))
SELECT value ->> 0, value ->> 1, value ->> 2, value ->> 3, value ->> 4, value ->> 5, value ->> 6, value ->> 7, value ->> 8, value ->> 9,
  value ->> 10, value ->> 11, value ->> 12, value ->> 13, value ->> 14, value ->> 15, value ->> 16
FROM r
