SELECT count(*) FROM pg_catalog.pg_class
WHERE relnamespace = to_regnamespace (quote_ident (current_schema ())) AND relkind = 'r' AND relname = CAST (##rows::string AS jsonb) -> 0 ->> 0
