INSERT INTO paper_position (user_id, run_id, strategy, instrument, quantity, cost, realised_profit, fees, n_fills, n_trades, n_wins,
  trade_profit, updated_time)
WITH r AS MATERIALIZED (SELECT value FROM json_each (##rows::string))
SELECT ##user::string, ##run::string, value ->> 0, value ->> 1, value ->> 2, value ->> 3, value ->> 4, value ->> 5, value ->> 6, value ->> 7,
  value ->> 8, value ->> 9, value ->> 10
FROM r WHERE true
ON CONFLICT (user_id, run_id, strategy, instrument) DO UPDATE SET
  quantity = excluded.quantity, cost = excluded.cost, realised_profit = excluded.realised_profit, fees = excluded.fees,
  n_fills = excluded.n_fills, n_trades = excluded.n_trades, n_wins = excluded.n_wins, trade_profit = excluded.trade_profit,
  updated_time = excluded.updated_time
