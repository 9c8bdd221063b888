INSERT INTO audit_chain (link_number, user_id, run_id, previous_link, link, n_records, head)
SELECT CAST (value ->> 0 AS bigint), ##user::string, ##run::string, value ->> 1, value ->> 2, 0, value ->> 3
FROM jsonb_array_elements (CAST (##rows::string AS jsonb))
