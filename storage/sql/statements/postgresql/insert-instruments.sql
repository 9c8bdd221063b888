INSERT INTO instrument (user_id, run_id, instrument, id, price_scale, size_scale, settlement, base, quote)
SELECT ##user::string, ##run::string, CAST (value ->> 0 AS bigint), value ->> 1, CAST (value ->> 2 AS bigint),
  CAST (value ->> 3 AS bigint), value ->> 4, value ->> 5, value ->> 6
FROM jsonb_array_elements (CAST (##rows::string AS jsonb))
