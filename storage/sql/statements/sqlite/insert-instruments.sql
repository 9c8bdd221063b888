INSERT INTO instrument (user_id, run_id, instrument, id, price_scale, size_scale, settlement, base, quote)
WITH r AS MATERIALIZED (SELECT value FROM json_each (##rows::string))
SELECT ##user::string, ##run::string, value ->> 0, value ->> 1, value ->> 2, value ->> 3, value ->> 4, value ->> 5, value ->> 6
FROM r
