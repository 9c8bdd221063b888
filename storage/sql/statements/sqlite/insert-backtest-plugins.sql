INSERT INTO backtest_plugin (result, plugin, id, version)
SELECT c0, c1, c2, c3
FROM ledger_rows (##rows::string)
