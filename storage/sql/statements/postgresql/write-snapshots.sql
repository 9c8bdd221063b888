INSERT INTO snapshots (user_id, run_id, instrument, slot, number, sequence, logical_time, cause, bid_price, bid_size, ask_price, ask_size, bids, asks)
SELECT DISTINCT ON (value ->> 0, value ->> 1) ##user::string, ##run::string, CAST (value ->> 0 AS bigint), CAST (value ->> 1 AS bigint), CAST (value ->> 2 AS bigint),
  CAST (value ->> 3 AS bigint), CAST (value ->> 4 AS bigint), value ->> 5, CAST (value ->> 6 AS bigint), CAST (value ->> 7 AS bigint),
  CAST (value ->> 8 AS bigint), CAST (value ->> 9 AS bigint), CAST (value ->> 10 AS json), CAST (value ->> 11 AS json)
FROM jsonb_array_elements (CAST (##rows::string AS jsonb)) WITH ORDINALITY AS e (value, place)
ORDER BY value ->> 0, value ->> 1, place DESC
ON CONFLICT (user_id, run_id, instrument, slot) DO UPDATE SET
  number = excluded.number, sequence = excluded.sequence, logical_time = excluded.logical_time, cause = excluded.cause,
  bid_price = excluded.bid_price, bid_size = excluded.bid_size, ask_price = excluded.ask_price, ask_size = excluded.ask_size,
  bids = excluded.bids, asks = excluded.asks
