INSERT INTO run_cash (user_id, run_id, sequence, logical_time, exchange, currency, amount, reason)
SELECT ##user::string, ##run::string, c0, c1, c2, c3, c4, c5
FROM ledger_rows (##rows::string)
