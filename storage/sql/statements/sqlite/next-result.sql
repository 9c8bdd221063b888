SELECT ifnull (max (result), 0) + 1 FROM backtest_run
