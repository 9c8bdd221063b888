INSERT INTO event_ledger (user_id, run_id, sequence, logical_time, kind, name, component, order_id, from_state, to_state, severity, detail)
SELECT ##user::string, ##run::string, r.sequence, r.logical_time, r.kind, r.name, r.component, r.order_id, r.from_state, r.to_state, r.severity,
  r.detail
FROM unnest (CAST (##rows::string AS event_ledger[])) r
