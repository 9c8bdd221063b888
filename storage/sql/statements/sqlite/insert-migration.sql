INSERT INTO schema_migration (version, name, checksum)
SELECT value ->> 0, value ->> 1, value ->> 2 FROM json_each (##rows::string)
