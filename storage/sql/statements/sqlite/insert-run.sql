INSERT INTO strategy_run (user_id, run_id, pipeline, mode, seed, currency, state, created_time)
SELECT ##user::string, ##run::string, c0, c1, c2, c3, 'CREATED', c4
FROM ledger_rows (##rows::string)
