SELECT count(*) FROM pg_catalog.pg_class WHERE relnamespace = to_regnamespace (quote_ident (current_schema ()))
