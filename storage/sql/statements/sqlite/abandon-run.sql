UPDATE strategy_run
SET state = 'ERROR', reason = 'abandoned: its process ended without closing it',
  ended_time = ifnull ((SELECT max (logical_time) FROM mtm_ledger m WHERE m.user_id = strategy_run.user_id AND m.run_id = strategy_run.run_id),
                       created_time)
WHERE run_number = json_extract (##rows::string, '$[0][0]') AND state = 'RUNNING'
