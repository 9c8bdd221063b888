-- check_position_is_sum_of_fills
SELECT * FROM check_position_is_sum_of_fills;
-- check_position_fees
SELECT * FROM check_position_fees;
-- check_cash_is_initial_less_fills_less_fees
SELECT * FROM check_cash_is_initial_less_fills_less_fees;
-- check_equity_is_cash_plus_mark_to_market
SELECT * FROM check_equity_is_cash_plus_mark_to_market;
-- check_equity_curve
SELECT * FROM check_equity_curve;
-- check_order_is_sum_of_fills
SELECT * FROM check_order_is_sum_of_fills;
-- check_order_steps
SELECT * FROM check_order_steps;
-- check_one_running_run_of_a_user
SELECT * FROM check_one_running_run_of_a_user;
-- check_audit_chain
SELECT * FROM check_audit_chain;
-- check_engine_state
SELECT * FROM check_engine_state;
-- check_backtest_run
SELECT * FROM check_backtest_run;
-- check_backtest_equity
SELECT * FROM check_backtest_equity;
-- check_backtest_fees
SELECT * FROM check_backtest_fees;
-- engine_state_of_run
SELECT e.user_id, e.run_id, e.logical_time FROM engine_state e
  LEFT JOIN strategy_run r ON r.user_id = e.user_id AND r.run_id = e.run_id
 WHERE r.user_id IS NULL;
-- logical_time_once
SELECT user_id, run_id, logical_time, count(*) AS n FROM mtm_ledger GROUP BY user_id, run_id, logical_time HAVING count(*) > 1;
-- one_running_run_of_a_user
SELECT user_id, count(*) AS n FROM strategy_run WHERE state = 'RUNNING' GROUP BY user_id HAVING count(*) > 1;
