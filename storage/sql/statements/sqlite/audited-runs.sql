SELECT c.link_number, c.user_id, c.run_id, c.previous_link, c.link, c.n_records, c.head, r.state, r.reason
FROM audit_chain c
  LEFT JOIN strategy_run r ON r.user_id = c.user_id AND r.run_id = c.run_id
UNION ALL
SELECT NULL, r.user_id, r.run_id, NULL, NULL, NULL, NULL, r.state, r.reason
FROM strategy_run r
WHERE NOT EXISTS (SELECT 1 FROM audit_chain c WHERE c.user_id = r.user_id AND c.run_id = r.run_id)
ORDER BY 1, 2, 3
