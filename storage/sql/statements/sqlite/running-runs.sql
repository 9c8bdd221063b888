SELECT run_number FROM strategy_run WHERE state = 'RUNNING' ORDER BY run_number
