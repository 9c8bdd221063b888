UPDATE strategy_run
SET state = CAST (##rows::string AS jsonb) -> 0 ->> 0, ended_time = CAST (CAST (##rows::string AS jsonb) -> 0 ->> 1 AS bigint), reason = CAST (##rows::string AS jsonb) -> 0 ->> 2
WHERE user_id = ##user::string AND run_id = ##run::string
