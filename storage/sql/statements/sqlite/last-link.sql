SELECT link_number, link FROM audit_chain ORDER BY link_number DESC LIMIT 1
