INSERT INTO schema_migration (version, name, checksum)
SELECT CAST (value ->> 0 AS bigint), value ->> 1, value ->> 2
FROM jsonb_array_elements (CAST (##rows::string AS jsonb))
