CREATE TABLE schema_migration (
  version bigint NOT NULL PRIMARY KEY,
  name text NOT NULL,
  checksum text NOT NULL
)
