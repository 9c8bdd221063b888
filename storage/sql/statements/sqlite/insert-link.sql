INSERT INTO audit_chain (link_number, user_id, run_id, previous_link, link, n_records, head)
WITH r AS MATERIALIZED (SELECT value FROM json_each (##rows::string))
SELECT value ->> 0, ##user::string, ##run::string, value ->> 1, value ->> 2, 0, value ->> 3
FROM r
