SELECT ifnull ((SELECT last_sequence FROM engine_status WHERE user_id = ##user::string AND run_id = ##run::string),
               ifnull ((SELECT max (sequence) FROM event_ledger WHERE user_id = ##user::string AND run_id = ##run::string), 0))
