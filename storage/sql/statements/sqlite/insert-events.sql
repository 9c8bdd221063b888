INSERT INTO event_ledger (user_id, run_id, sequence, logical_time, kind, name, component, order_id, from_state, to_state, severity, detail)
WITH r AS MATERIALIZED (SELECT value FROM json_each (##rows::string))
SELECT ##user::string, ##run::string, value ->> 0, value ->> 1, value ->> 2, value ->> 3, value ->> 4, value ->> 5, value ->> 6, value ->> 7,
  value ->> 8, value ->> 9
FROM r
