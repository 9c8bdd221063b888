SELECT run_number FROM strategy_run WHERE user_id = ##user::string AND state = 'RUNNING' ORDER BY run_number
