INSERT INTO paper_trade (user_id, run_id, sequence, logical_time, order_id, strategy, exchange, instrument, side, liquidity, venue_time, price,
  quantity, notional, fee, fee_currency, realised_profit, execution_id)
SELECT ##user::string, ##run::string, CAST (value ->> 0 AS bigint), CAST (value ->> 1 AS bigint), CAST (value ->> 2 AS bigint),
  CAST (value ->> 3 AS bigint), CAST (value ->> 4 AS bigint), CAST (value ->> 5 AS bigint), value ->> 6, value ->> 7,
  CAST (value ->> 8 AS bigint), CAST (value ->> 9 AS bigint), CAST (value ->> 10 AS bigint), CAST (value ->> 11 AS bigint),
  CAST (value ->> 12 AS bigint), value ->> 13, CAST (value ->> 14 AS bigint), value ->> 15
FROM jsonb_array_elements (CAST (##rows::string AS jsonb))
