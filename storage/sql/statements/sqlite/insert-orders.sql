INSERT INTO paper_order (user_id, run_id, order_id, strategy, exchange, instrument, client_id, venue_id, side, type, time_in_force, flags,
  quantity, limit_price, stop_price, expire_time, state, filled_quantity, filled_notional, reason, created_time, updated_time)
SELECT ##user::string, ##run::string, c0, c1, c2, c3, c4, c5, c6, c7,
  c8, c9, c10, c11, c12, c13, c14, c15, c16, c17,
  c18, c19
FROM ledger_rows (##rows::string)
