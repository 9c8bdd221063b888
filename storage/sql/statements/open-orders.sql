SELECT o.order_id, o.state FROM paper_order o JOIN order_state s ON s.state = o.state
WHERE o.user_id = ##user::string AND o.run_id = ##run::string AND s.is_final = 0 ORDER BY o.order_id
