SELECT result FROM backtest_run WHERE user_id = ##user::string AND key = (CAST (##rows::string AS jsonb) -> 0 ->> 0)
