SELECT count(*) FROM sqlite_master WHERE type = 'table' AND name = json_extract (##rows::string, '$[0][0]')
