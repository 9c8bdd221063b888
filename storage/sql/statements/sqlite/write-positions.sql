INSERT INTO paper_position (user_id, run_id, strategy, instrument, quantity, cost, realised_profit, fees, n_fills, n_trades, n_wins,
  trade_profit, updated_time)
SELECT ##user::string, ##run::string, c0, c1, c2, c3, c4, c5, c6, c7,
  c8, c9, c10
FROM ledger_rows (##rows::string) WHERE true
ON CONFLICT (user_id, run_id, strategy, instrument) DO UPDATE SET
  quantity = excluded.quantity, cost = excluded.cost, realised_profit = excluded.realised_profit, fees = excluded.fees,
  n_fills = excluded.n_fills, n_trades = excluded.n_trades, n_wins = excluded.n_wins, trade_profit = excluded.trade_profit,
  updated_time = excluded.updated_time
