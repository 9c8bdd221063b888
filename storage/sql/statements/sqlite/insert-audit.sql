INSERT INTO audit (user_id, run_id, number, sequence, logical_time, actor_kind, component, actor, action, order_id, why, before_value,
  after_value, previous_hash, hash)
WITH r AS MATERIALIZED (SELECT value FROM json_each (##rows::string))
SELECT ##user::string, ##run::string, value ->> 0, value ->> 1, value ->> 2, value ->> 3, value ->> 4, value ->> 5, value ->> 6, value ->> 7,
  value ->> 8, value ->> 9, value ->> 10, value ->> 11, value ->> 12
FROM r
