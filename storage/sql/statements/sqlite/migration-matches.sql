SELECT count(*) FROM schema_migration
WHERE version = json_extract (##rows::string, '$[0][0]') AND checksum = json_extract (##rows::string, '$[0][1]')
