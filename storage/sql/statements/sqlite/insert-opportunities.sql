INSERT INTO opportunities (user_id, run_id, sequence, detected_at, number, component, cycle, updated_pair, n_legs, executed, currency, gross_rate,
  net_rate, gross_pct, net_pct, est_profit, allocated_capital)
WITH r AS MATERIALIZED (SELECT value FROM json_each (##rows::string))
SELECT ##user::string, ##run::string, value ->> 0, value ->> 1, value ->> 2, value ->> 3, value ->> 4, value ->> 5, value ->> 6, value ->> 7,
  value ->> 8, value ->> 9, value ->> 10, value ->> 11, value ->> 12, value ->> 13, value ->> 14
FROM r
