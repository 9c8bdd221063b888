INSERT INTO event_ledger (user_id, run_id, sequence, logical_time, kind, name, component, order_id, from_state, to_state, severity, detail)
SELECT ##user::string, ##run::string, CAST (value ->> 0 AS bigint), CAST (value ->> 1 AS bigint), value ->> 2, value ->> 3,
  CAST (value ->> 4 AS bigint), CAST (value ->> 5 AS bigint), value ->> 6, value ->> 7, value ->> 8, value ->> 9
FROM jsonb_array_elements (CAST (##rows::string AS jsonb))
