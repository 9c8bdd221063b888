INSERT INTO engine_state (user_id, run_id, logical_time, sequence, tick, trading_state, n_orders, n_open_orders, n_denials, n_fills)
SELECT ##user::string, ##run::string, c0, c1, c2, c3, c4, c5, c6, c7
FROM ledger_rows (##rows::string)
