INSERT INTO paper_equity_curve (user_id, run_id, logical_time, equity, peak, drawdown)
SELECT ##user::string, ##run::string, c0, c6, c10, c11
FROM ledger_rows (##rows::string)
