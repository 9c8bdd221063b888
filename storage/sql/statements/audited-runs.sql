SELECT link_number, user_id, run_id, previous_link, link, n_records, head, state, reason
FROM audited_runs
ORDER BY place, user_id, run_id
