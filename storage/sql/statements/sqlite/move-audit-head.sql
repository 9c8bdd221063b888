UPDATE audit_chain
SET n_records = json_extract (##rows::string, '$[#-1][0]'), head = json_extract (##rows::string, '$[#-1][12]')
WHERE link_number = (SELECT max (link_number) FROM audit_chain WHERE user_id = ##user::string AND run_id = ##run::string)
