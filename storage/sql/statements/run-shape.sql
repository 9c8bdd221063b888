SELECT (SELECT count(*) FROM component WHERE user_id = ##user::string AND run_id = ##run::string),
  (SELECT count(*) FROM instrument WHERE user_id = ##user::string AND run_id = ##run::string),
  (SELECT peak FROM paper_equity_curve WHERE user_id = ##user::string AND run_id = ##run::string ORDER BY logical_time DESC LIMIT 1),
  heartbeat_time, last_sequence, last_tick, n_orders, n_open_orders, n_denials, n_fills, trading_state
FROM engine_status WHERE user_id = ##user::string AND run_id = ##run::string
