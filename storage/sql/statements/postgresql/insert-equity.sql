INSERT INTO paper_equity_curve (user_id, run_id, logical_time, equity, peak, drawdown)
SELECT ##user::string, ##run::string, CAST (value ->> 0 AS bigint), CAST (value ->> 6 AS bigint), CAST (value ->> 10 AS bigint),
  CAST (value ->> 11 AS bigint)
FROM jsonb_array_elements (CAST (##rows::string AS jsonb))
