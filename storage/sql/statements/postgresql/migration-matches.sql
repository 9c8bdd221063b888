SELECT count(*) FROM schema_migration
WHERE version = CAST (CAST (##rows::string AS jsonb) -> 0 ->> 0 AS bigint) AND checksum = CAST (##rows::string AS jsonb) -> 0 ->> 1
