INSERT INTO backtest_trade (result, trade, strategy, instrument, direction, is_open, entry_time, exit_time, n_bars, size, entry_price,
  exit_price, fees, profit, adverse, favourable)
WITH r AS MATERIALIZED (SELECT value FROM json_each (##rows::string))
SELECT value ->> 0, value ->> 1, value ->> 2, value ->> 3, value ->> 4, value ->> 5, value ->> 6, value ->> 7, value ->> 8, value ->> 9,
  value ->> 10, value ->> 11, value ->> 12, value ->> 13, value ->> 14, value ->> 15
FROM r
