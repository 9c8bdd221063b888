SELECT coalesce ((SELECT last_sequence FROM engine_status WHERE user_id = ##user::string AND run_id = ##run::string),
               coalesce ((SELECT max (sequence) FROM event_ledger WHERE user_id = ##user::string AND run_id = ##run::string), 0))
