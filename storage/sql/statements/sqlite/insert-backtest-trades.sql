INSERT INTO backtest_trade (result, trade, strategy, instrument, direction, is_open, entry_time, exit_time, n_bars, size, entry_price,
  exit_price, fees, profit, adverse, favourable)
SELECT c0, c1, c2, c3, c4, c5, c6, c7, c8, c9,
  c10, c11, c12, c13, c14, c15
FROM ledger_rows (##rows::string)
