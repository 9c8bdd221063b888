SELECT number, sequence, logical_time, actor_kind, component, actor, action, order_id, why, before_value, after_value, previous_hash, hash
FROM audit
WHERE user_id = ##user::string AND run_id = ##run::string
  AND sequence >= json_extract (##rows::string, '$[0][0]')
  AND (sequence > json_extract (##rows::string, '$[0][0]') OR number > json_extract (##rows::string, '$[0][1]'))
ORDER BY sequence, number
LIMIT 1000
