INSERT INTO paper_trade (user_id, run_id, sequence, logical_time, order_id, strategy, exchange, instrument, side, liquidity, venue_time, price,
  quantity, notional, fee, fee_currency, realised_profit, execution_id)
WITH r AS MATERIALIZED (SELECT value FROM json_each (##rows::string))
SELECT ##user::string, ##run::string, value ->> 0, value ->> 1, value ->> 2, value ->> 3, value ->> 4, value ->> 5, value ->> 6, value ->> 7,
  value ->> 8, value ->> 9, value ->> 10, value ->> 11, value ->> 12, value ->> 13, value ->> 14, value ->> 15
FROM r
