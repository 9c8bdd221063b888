INSERT INTO backtest_equity (result, block, n_points, first_time, last_time, points)
SELECT c0, c1, c2, c3, c4, c5
FROM ledger_rows (##rows::string)
