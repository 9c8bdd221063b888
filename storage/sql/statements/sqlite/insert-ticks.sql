INSERT INTO mtm_ledger (user_id, run_id, logical_time, sequence, tick, currency, cash, mark_to_market, equity, n_unpriced, realised_profit, fees)
WITH r AS MATERIALIZED (SELECT value FROM json_each (##rows::string))
SELECT ##user::string, ##run::string, value ->> 0, value ->> 1, value ->> 2, value ->> 3, value ->> 4, value ->> 5, value ->> 6, value ->> 7,
  value ->> 8, value ->> 9
FROM r
