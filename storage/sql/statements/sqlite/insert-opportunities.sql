INSERT INTO opportunities (user_id, run_id, sequence, detected_at, number, component, cycle, updated_pair, n_legs, executed, currency, gross_rate,
  net_rate, gross_pct, net_pct, est_profit, allocated_capital)
SELECT ##user::string, ##run::string, c0, c1, c2, c3, c4, c5, c6, c7,
  c8, c9, c10, c11, c12, c13, c14
FROM ledger_rows (##rows::string)
