INSERT INTO component (user_id, run_id, component, kind, name, plugin)
SELECT ##user::string, ##run::string, c0, c1, c2, c3
FROM ledger_rows (##rows::string)
