INSERT INTO audit_chain (link_number, user_id, run_id, previous_link, link, n_records, head)
SELECT c0, ##user::string, ##run::string, c1, c2, 0, c3
FROM ledger_rows (##rows::string)
