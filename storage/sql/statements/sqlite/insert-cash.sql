INSERT INTO run_cash (user_id, run_id, sequence, logical_time, exchange, currency, amount, reason)
WITH r AS MATERIALIZED (SELECT value FROM json_each (##rows::string))
SELECT ##user::string, ##run::string, value ->> 0, value ->> 1, value ->> 2, value ->> 3, value ->> 4, value ->> 5
FROM r
