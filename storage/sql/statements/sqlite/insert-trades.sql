INSERT INTO paper_trade (user_id, run_id, sequence, logical_time, order_id, strategy, exchange, instrument, side, liquidity, venue_time, price,
  quantity, notional, fee, fee_currency, realised_profit, execution_id)
SELECT ##user::string, ##run::string, c0, c1, c2, c3, c4, c5, c6, c7,
  c8, c9, c10, c11, c12, c13, c14, c15
FROM ledger_rows (##rows::string)
