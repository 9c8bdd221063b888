INSERT INTO backtest_strategy (result, strategy, plugin)
SELECT c0, c1, c2
FROM ledger_rows (##rows::string)
