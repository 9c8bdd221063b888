UPDATE strategy_run
SET state = json_extract (##rows::string, '$[0][0]'), ended_time = json_extract (##rows::string, '$[0][1]'), reason = json_extract (##rows::string, '$[0][2]')
WHERE user_id = ##user::string AND run_id = ##run::string
