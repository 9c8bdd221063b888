DELETE FROM backtest_run WHERE result IN (SELECT value ->> 0 FROM json_each (##rows::string))
