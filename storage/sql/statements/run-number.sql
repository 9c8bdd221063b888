SELECT run_number FROM strategy_run WHERE user_id = ##user::string AND run_id = ##run::string
