INSERT INTO snapshots (user_id, run_id, instrument, slot, number, sequence, logical_time, cause, bid_price, bid_size, ask_price, ask_size, bids, asks)
WITH r AS MATERIALIZED (SELECT value FROM json_each (##rows::string))
SELECT ##user::string, ##run::string, value ->> 0, value ->> 1, value ->> 2, value ->> 3, value ->> 4, value ->> 5, value ->> 6, value ->> 7,
  value ->> 8, value ->> 9, value ->> 10, value ->> 11
FROM r WHERE true
ON CONFLICT (user_id, run_id, instrument, slot) DO UPDATE SET
  number = excluded.number, sequence = excluded.sequence, logical_time = excluded.logical_time, cause = excluded.cause,
  bid_price = excluded.bid_price, bid_size = excluded.bid_size, ask_price = excluded.ask_price, ask_size = excluded.ask_size,
  bids = excluded.bids, asks = excluded.asks
