UPDATE strategy_run SET state = 'RUNNING', started_time = json_extract (##rows::string, '$[0][0]')
WHERE user_id = ##user::string AND run_id = ##run::string
