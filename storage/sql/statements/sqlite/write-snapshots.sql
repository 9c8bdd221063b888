INSERT INTO snapshots (user_id, run_id, instrument, slot, number, sequence, logical_time, cause, bid_price, bid_size, ask_price, ask_size, bids, asks)
SELECT ##user::string, ##run::string, c0, c1, c2, c3, c4, c5, c6, c7,
  c8, c9, c10, c11
FROM ledger_rows (##rows::string) WHERE true
ON CONFLICT (user_id, run_id, instrument, slot) DO UPDATE SET
  number = excluded.number, sequence = excluded.sequence, logical_time = excluded.logical_time, cause = excluded.cause,
  bid_price = excluded.bid_price, bid_size = excluded.bid_size, ask_price = excluded.ask_price, ask_size = excluded.ask_size,
  bids = excluded.bids, asks = excluded.asks
