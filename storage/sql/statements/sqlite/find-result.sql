SELECT result FROM backtest_run WHERE user_id = ##user::string AND key = json_extract (##rows::string, '$[0][0]')
