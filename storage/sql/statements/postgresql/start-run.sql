UPDATE strategy_run SET state = 'RUNNING', started_time = CAST (CAST (##rows::string AS jsonb) -> 0 ->> 0 AS bigint)
WHERE user_id = ##user::string AND run_id = ##run::string
