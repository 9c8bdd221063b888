SELECT numbers, texts FROM (
  SELECT r.result || ',' || r.initial_equity || ',' || r.created_time || ',' || r.from_time || ',' || r.to_time || ',' || r.took_ns
    || ',' || r.n_sets || ',' || r.n_bars || ',' || r.n_fills || ',' || r.n_trades || ',' || r.n_points || ',' || c.scale AS numbers,
    length (CAST (r.user_id AS BLOB)) || ':' || r.user_id
    || length (CAST (r.key AS BLOB)) || ':' || r.key
    || length (CAST (r.name AS BLOB)) || ':' || r.name
    || length (CAST (r.engine AS BLOB)) || ':' || r.engine
    || length (CAST (r.data_hash AS BLOB)) || ':' || r.data_hash
    || length (CAST (r.currency AS BLOB)) || ':' || r.currency
    || r.summary AS texts
  FROM backtest_run r
    JOIN currency c ON c.code = r.currency
  WHERE r.user_id = ##user::string AND r.key = json_extract (##rows::string, '$[0][0]')) s
