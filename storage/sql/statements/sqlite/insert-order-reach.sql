INSERT INTO order_reach (from_state, to_state)
SELECT c0, c1 FROM ledger_rows (##rows::string) WHERE true
ON CONFLICT (from_state, to_state) DO NOTHING
