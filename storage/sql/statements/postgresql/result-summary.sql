SELECT numbers, texts FROM (
  SELECT r.result || ',' || r.initial_equity || ',' || r.created_time || ',' || r.from_time || ',' || r.to_time || ',' || r.took_ns
    || ',' || r.n_sets || ',' || r.n_bars || ',' || r.n_fills || ',' || r.n_trades || ',' || r.n_points || ',' || c.scale AS numbers,
    octet_length (r.user_id) || ':' || r.user_id
    || octet_length (r.key) || ':' || r.key
    || octet_length (r.name) || ':' || r.name
    || octet_length (r.engine) || ':' || r.engine
    || octet_length (r.data_hash) || ':' || r.data_hash
    || octet_length (r.currency) || ':' || r.currency
    || r.summary AS texts
  FROM backtest_run r
    JOIN currency c ON c.code = r.currency
  WHERE r.user_id = ##user::string AND r.key = (CAST (##rows::string AS jsonb) -> 0 ->> 0)) s
