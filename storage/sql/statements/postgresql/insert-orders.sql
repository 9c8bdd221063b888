INSERT INTO paper_order (user_id, run_id, order_id, strategy, exchange, instrument, client_id, venue_id, side, type, time_in_force, flags,
  quantity, limit_price, stop_price, expire_time, state, filled_quantity, filled_notional, reason, created_time, updated_time)
SELECT ##user::string, ##run::string, r.order_id, r.strategy, r.exchange, r.instrument, r.client_id, r.venue_id, r.side, r.type, r.time_in_force,
  r.flags, r.quantity, r.limit_price, r.stop_price, r.expire_time, r.state, r.filled_quantity, r.filled_notional, r.reason, r.created_time,
  r.updated_time
FROM unnest (CAST (##rows::string AS paper_order[])) r
