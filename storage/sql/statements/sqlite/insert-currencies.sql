INSERT INTO currency (code, scale)
SELECT c0, c1 FROM ledger_rows (##rows::string) WHERE true
ON CONFLICT (code) DO NOTHING
