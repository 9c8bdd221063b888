INSERT INTO mtm_ledger (user_id, run_id, logical_time, sequence, tick, currency, cash, mark_to_market, equity, n_unpriced, realised_profit, fees)
SELECT ##user::string, ##run::string, c0, c1, c2, c3, c4, c5, c6, c7,
  c8, c9
FROM ledger_rows (##rows::string)
