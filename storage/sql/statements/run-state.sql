SELECT run_number, state FROM strategy_run WHERE user_id = ##user::string AND run_id = ##run::string
