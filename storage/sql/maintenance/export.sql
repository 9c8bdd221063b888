-- strategy_run
SELECT user_id, run_id, pipeline, mode, seed, currency, state, created_time, started_time, ended_time, reason FROM strategy_run
 WHERE (##user::string = '' OR user_id = ##user::string) AND (##run::string = '' OR run_id = ##run::string)
 ORDER BY user_id, run_id;
-- component
SELECT user_id, run_id, component, kind, name, plugin FROM component
 WHERE (##user::string = '' OR user_id = ##user::string) AND (##run::string = '' OR run_id = ##run::string)
 ORDER BY user_id, run_id, component;
-- instrument
SELECT user_id, run_id, instrument, id, price_scale, size_scale, settlement, base, quote FROM instrument
 WHERE (##user::string = '' OR user_id = ##user::string) AND (##run::string = '' OR run_id = ##run::string)
 ORDER BY user_id, run_id, instrument;
-- paper_order
SELECT * FROM v_paper_order
 WHERE (##user::string = '' OR user_id = ##user::string) AND (##run::string = '' OR run_id = ##run::string)
 ORDER BY user_id, run_id, order_id;
-- paper_trade
SELECT * FROM v_paper_trade
 WHERE (##user::string = '' OR user_id = ##user::string) AND (##run::string = '' OR run_id = ##run::string)
 ORDER BY user_id, run_id, sequence;
-- paper_position
SELECT * FROM v_paper_position
 WHERE (##user::string = '' OR user_id = ##user::string) AND (##run::string = '' OR run_id = ##run::string)
 ORDER BY user_id, run_id, strategy, instrument;
-- run_cash
SELECT * FROM v_run_cash
 WHERE (##user::string = '' OR user_id = ##user::string) AND (##run::string = '' OR run_id = ##run::string)
 ORDER BY user_id, run_id, sequence;
-- mtm_ledger
SELECT * FROM v_mtm_ledger
 WHERE (##user::string = '' OR user_id = ##user::string) AND (##run::string = '' OR run_id = ##run::string)
 ORDER BY user_id, run_id, tick;
-- paper_equity_curve
SELECT * FROM v_paper_equity_curve
 WHERE (##user::string = '' OR user_id = ##user::string) AND (##run::string = '' OR run_id = ##run::string)
 ORDER BY user_id, run_id, logical_time;
-- event_ledger
SELECT * FROM v_event_ledger
 WHERE (##user::string = '' OR user_id = ##user::string) AND (##run::string = '' OR run_id = ##run::string)
 ORDER BY user_id, run_id, sequence;
-- opportunities
SELECT * FROM v_opportunities
 WHERE (##user::string = '' OR user_id = ##user::string) AND (##run::string = '' OR run_id = ##run::string)
 ORDER BY user_id, run_id, sequence;
-- snapshots
SELECT * FROM v_snapshots
 WHERE (##user::string = '' OR user_id = ##user::string) AND (##run::string = '' OR run_id = ##run::string)
 ORDER BY user_id, run_id, number;
-- audit
SELECT * FROM v_audit
 WHERE (##user::string = '' OR user_id = ##user::string) AND (##run::string = '' OR run_id = ##run::string)
 ORDER BY user_id, run_id, number;
-- runtime_state
SELECT * FROM v_runtime_state
 WHERE (##user::string = '' OR user_id = ##user::string) AND (##run::string = '' OR run_id = ##run::string)
 ORDER BY user_id, run_id, component, key;
-- engine_state
SELECT * FROM v_engine_state
 WHERE (##user::string = '' OR user_id = ##user::string) AND (##run::string = '' OR run_id = ##run::string)
 ORDER BY user_id, run_id, tick;
-- engine_status
SELECT * FROM v_engine_status
 WHERE (##user::string = '' OR user_id = ##user::string) AND (##run::string = '' OR run_id = ##run::string)
 ORDER BY user_id, run_id;
-- backtest_run
SELECT * FROM v_backtest_run
 WHERE (##user::string = '' OR user_id = ##user::string) AND (##run::string = '' OR key = ##run::string)
 ORDER BY user_id, key, result;
-- backtest_parameter
SELECT * FROM v_backtest_parameter
 WHERE (##user::string = '' OR user_id = ##user::string) AND (##run::string = '' OR key = ##run::string)
 ORDER BY user_id, key, name;
-- backtest_statistic
SELECT * FROM v_backtest_statistic
 WHERE (##user::string = '' OR user_id = ##user::string) AND (##run::string = '' OR key = ##run::string)
 ORDER BY user_id, key, statistic;
-- backtest_fill
SELECT * FROM v_backtest_fill
 WHERE (##user::string = '' OR user_id = ##user::string) AND (##run::string = '' OR key = ##run::string)
 ORDER BY user_id, key, fill;
-- backtest_trade
SELECT * FROM v_backtest_trade
 WHERE (##user::string = '' OR user_id = ##user::string) AND (##run::string = '' OR key = ##run::string)
 ORDER BY user_id, key, trade;
-- backtest_equity
SELECT * FROM v_backtest_equity
 WHERE (##user::string = '' OR user_id = ##user::string) AND (##run::string = '' OR key = ##run::string)
 ORDER BY user_id, key, point;
