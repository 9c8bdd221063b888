INSERT INTO paper_order (user_id, run_id, order_id, strategy, exchange, instrument, client_id, venue_id, side, type, time_in_force, flags,
  quantity, limit_price, stop_price, expire_time, state, filled_quantity, filled_notional, reason, created_time, updated_time)
SELECT ##user::string, ##run::string, CAST (value ->> 0 AS bigint), CAST (value ->> 1 AS bigint), CAST (value ->> 2 AS bigint),
  CAST (value ->> 3 AS bigint), value ->> 4, value ->> 5, value ->> 6, value ->> 7, value ->> 8, value ->> 9,
  CAST (value ->> 10 AS bigint), CAST (value ->> 11 AS bigint), CAST (value ->> 12 AS bigint), CAST (value ->> 13 AS bigint), value ->> 14,
  CAST (value ->> 15 AS bigint), CAST (value ->> 16 AS bigint), value ->> 17, CAST (value ->> 18 AS bigint), CAST (value ->> 19 AS bigint)
FROM jsonb_array_elements (CAST (##rows::string AS jsonb))
ON CONFLICT (user_id, run_id, order_id) DO UPDATE SET
  strategy = excluded.strategy, instrument = excluded.instrument, side = excluded.side, type = excluded.type, client_id = excluded.client_id,
  exchange = excluded.exchange, venue_id = excluded.venue_id, time_in_force = excluded.time_in_force, flags = excluded.flags,
  quantity = excluded.quantity, limit_price = excluded.limit_price, stop_price = excluded.stop_price, expire_time = excluded.expire_time,
  state = excluded.state, filled_quantity = excluded.filled_quantity, filled_notional = excluded.filled_notional, reason = excluded.reason,
  updated_time = excluded.updated_time
