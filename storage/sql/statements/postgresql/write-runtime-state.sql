INSERT INTO runtime_state (user_id, run_id, component, key, value, number, updated_time)
SELECT DISTINCT ON (value ->> 0, value ->> 1) ##user::string, ##run::string, CAST (value ->> 0 AS bigint), value ->> 1, value ->> 2, CAST (value ->> 3 AS bigint),
  CAST (value ->> 4 AS bigint)
FROM jsonb_array_elements (CAST (##rows::string AS jsonb)) WITH ORDINALITY AS e (value, place)
ORDER BY value ->> 0, value ->> 1, place DESC
ON CONFLICT (user_id, run_id, component, key) DO UPDATE SET
  value = excluded.value, number = excluded.number, updated_time = excluded.updated_time
