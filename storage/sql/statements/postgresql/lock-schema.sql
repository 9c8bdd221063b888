SELECT count (pg_advisory_xact_lock (CAST (CAST (to_regnamespace (quote_ident (current_schema ())) AS oid) AS bigint) << 32))
