INSERT INTO currency (code, scale)
SELECT value ->> 0, CAST (value ->> 1 AS bigint) FROM jsonb_array_elements (CAST (##rows::string AS jsonb))
ON CONFLICT (code) DO UPDATE SET scale = excluded.scale WHERE currency.scale <> excluded.scale
