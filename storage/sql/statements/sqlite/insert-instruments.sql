INSERT INTO instrument (user_id, run_id, instrument, id, price_scale, size_scale, settlement, base, quote)
SELECT ##user::string, ##run::string, c0, c1, c2, c3, c4, c5, c6
FROM ledger_rows (##rows::string)
