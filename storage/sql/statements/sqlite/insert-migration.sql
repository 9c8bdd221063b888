INSERT INTO schema_migration (version, name, checksum)
SELECT c0, c1, c2 FROM ledger_rows (##rows::string)
