INSERT INTO backtest_fill (result, fill, time, strategy, instrument, side, price, size, fee)
SELECT c0, c1, c2, c3, c4, c5, c6, c7, c8
FROM ledger_rows (##rows::string)
