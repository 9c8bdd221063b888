INSERT INTO paper_order (user_id, run_id, order_id, strategy, exchange, instrument, client_id, venue_id, side, type, time_in_force, flags,
  quantity, limit_price, stop_price, expire_time, state, filled_quantity, filled_notional, reason, created_time, updated_time)
WITH r AS MATERIALIZED (SELECT value FROM json_each (##rows::string))
SELECT ##user::string, ##run::string, value ->> 0, value ->> 1, value ->> 2, value ->> 3, value ->> 4, value ->> 5, value ->> 6, value ->> 7,
  value ->> 8, value ->> 9, value ->> 10, value ->> 11, value ->> 12, value ->> 13, value ->> 14, value ->> 15, value ->> 16, value ->> 17,
  value ->> 18, value ->> 19
FROM r WHERE true
ON CONFLICT (user_id, run_id, order_id) DO UPDATE SET
  exchange = excluded.exchange, venue_id = excluded.venue_id, time_in_force = excluded.time_in_force, flags = excluded.flags,
  quantity = excluded.quantity, limit_price = excluded.limit_price, stop_price = excluded.stop_price, expire_time = excluded.expire_time,
  state = excluded.state, filled_quantity = excluded.filled_quantity, filled_notional = excluded.filled_notional, reason = excluded.reason,
  updated_time = excluded.updated_time
