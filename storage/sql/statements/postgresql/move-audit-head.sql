UPDATE audit_chain
SET n_records = CAST (CAST (##rows::string AS jsonb) -> -1 ->> 0 AS bigint), head = CAST (##rows::string AS jsonb) -> -1 ->> 12
WHERE link_number = (SELECT max (link_number) FROM audit_chain WHERE user_id = ##user::string AND run_id = ##run::string)
