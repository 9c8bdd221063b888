INSERT INTO order_state (state, is_final, status)
SELECT c0, c1, c2 FROM ledger_rows (##rows::string) WHERE true
ON CONFLICT (state) DO NOTHING
