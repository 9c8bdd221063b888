INSERT INTO paper_equity_curve (user_id, run_id, logical_time, equity, peak, drawdown)
WITH r AS MATERIALIZED (SELECT value FROM json_each (##rows::string))
SELECT ##user::string, ##run::string, value ->> 0, value ->> 6, value ->> 10, value ->> 11
FROM r
