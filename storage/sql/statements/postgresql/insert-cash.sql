INSERT INTO run_cash (user_id, run_id, sequence, logical_time, exchange, currency, amount, reason)
SELECT ##user::string, ##run::string, CAST (value ->> 0 AS bigint), CAST (value ->> 1 AS bigint), CAST (value ->> 2 AS bigint),
  value ->> 3, CAST (value ->> 4 AS bigint), value ->> 5
FROM jsonb_array_elements (CAST (##rows::string AS jsonb))
