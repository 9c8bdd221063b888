INSERT INTO opportunities (user_id, run_id, sequence, detected_at, number, component, cycle, updated_pair, n_legs, executed, currency, gross_rate,
  net_rate, gross_pct, net_pct, est_profit, allocated_capital)
SELECT ##user::string, ##run::string, CAST (value ->> 0 AS bigint), CAST (value ->> 1 AS bigint), CAST (value ->> 2 AS bigint),
  CAST (value ->> 3 AS bigint), value ->> 4, CAST (value ->> 5 AS bigint), CAST (value ->> 6 AS bigint), CAST (value ->> 7 AS bigint),
  value ->> 8, CAST (value ->> 9 AS bigint), CAST (value ->> 10 AS bigint), CAST (value ->> 11 AS bigint), CAST (value ->> 12 AS bigint),
  CAST (value ->> 13 AS bigint), CAST (value ->> 14 AS bigint)
FROM jsonb_array_elements (CAST (##rows::string AS jsonb))
