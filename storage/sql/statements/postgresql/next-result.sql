SELECT nextval (pg_get_serial_sequence ('backtest_run', 'result'))
