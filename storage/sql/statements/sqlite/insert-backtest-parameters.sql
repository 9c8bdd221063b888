INSERT INTO backtest_parameter (result, parameter, name, value)
SELECT c0, c1, c2, c3
FROM ledger_rows (##rows::string)
