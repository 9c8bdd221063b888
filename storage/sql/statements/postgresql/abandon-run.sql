UPDATE strategy_run
SET state = 'ERROR', reason = 'abandoned: its process ended without closing it',
  ended_time = coalesce ((SELECT max (logical_time) FROM mtm_ledger m WHERE m.user_id = strategy_run.user_id AND m.run_id = strategy_run.run_id),
                       created_time)
WHERE run_number = CAST (CAST (##rows::string AS jsonb) -> 0 ->> 0 AS bigint) AND state = 'RUNNING'
