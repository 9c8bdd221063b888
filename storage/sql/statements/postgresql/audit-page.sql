SELECT number, sequence, logical_time, actor_kind, component, actor, action, order_id, why, before_value, after_value, previous_hash, hash
FROM audit
WHERE user_id = ##user::string AND run_id = ##run::string
  AND sequence >= CAST (CAST (##rows::string AS jsonb) -> 0 ->> 0 AS bigint)
  AND (sequence > CAST (CAST (##rows::string AS jsonb) -> 0 ->> 0 AS bigint) OR number > CAST (CAST (##rows::string AS jsonb) -> 0 ->> 1 AS bigint))
ORDER BY sequence, number
LIMIT 1000
