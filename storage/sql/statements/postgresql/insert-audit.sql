INSERT INTO audit (user_id, run_id, number, sequence, logical_time, actor_kind, component, actor, action, order_id, why, before_value,
  after_value, previous_hash, hash)
SELECT ##user::string, ##run::string, CAST (value ->> 0 AS bigint), CAST (value ->> 1 AS bigint), CAST (value ->> 2 AS bigint),
  value ->> 3, CAST (value ->> 4 AS bigint), value ->> 5, value ->> 6, CAST (value ->> 7 AS bigint), value ->> 8, value ->> 9,
  value ->> 10, value ->> 11, value ->> 12
FROM jsonb_array_elements (CAST (##rows::string AS jsonb))
