INSERT INTO backtest_instrument (result, instrument, id, symbol, venue, settlement, base, quote, price_scale, size_scale, price_step,
  size_step, size_min, size_max, notional_min, maker_fee, taker_fee)
SELECT c0, c1, c2, c3, c4, c5, c6, c7, c8, c9,
  c10, c11, c12, c13, c14, c15, c16
FROM ledger_rows (##rows::string)
