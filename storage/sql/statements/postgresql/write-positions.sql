INSERT INTO paper_position (user_id, run_id, strategy, instrument, quantity, cost, realised_profit, fees, n_fills, n_trades, n_wins,
  trade_profit, updated_time)
SELECT ##user::string, ##run::string, CAST (value ->> 0 AS bigint), CAST (value ->> 1 AS bigint), CAST (value ->> 2 AS bigint),
  CAST (value ->> 3 AS bigint), CAST (value ->> 4 AS bigint), CAST (value ->> 5 AS bigint), CAST (value ->> 6 AS bigint),
  CAST (value ->> 7 AS bigint), CAST (value ->> 8 AS bigint), CAST (value ->> 9 AS bigint), CAST (value ->> 10 AS bigint)
FROM jsonb_array_elements (CAST (##rows::string AS jsonb))
ON CONFLICT (user_id, run_id, strategy, instrument) DO UPDATE SET
  quantity = excluded.quantity, cost = excluded.cost, realised_profit = excluded.realised_profit, fees = excluded.fees,
  n_fills = excluded.n_fills, n_trades = excluded.n_trades, n_wins = excluded.n_wins, trade_profit = excluded.trade_profit,
  updated_time = excluded.updated_time
