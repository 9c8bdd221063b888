INSERT INTO paper_equity_curve (user_id, run_id, logical_time, equity, peak, drawdown)
SELECT ##user::string, ##run::string, value ->> 0, value ->> 6, value ->> 10, value ->> 11
FROM json_each (##rows::string)
