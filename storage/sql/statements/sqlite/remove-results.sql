DELETE FROM backtest_run WHERE result IN (SELECT c0 FROM ledger_rows (##rows::string))
