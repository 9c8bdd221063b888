-- SPDX-License-Identifier: LGPL-2.1-or-later
-- The engine itself. engine_state: how it stood after each tick, never changed. engine_status: how it stands, one row a run, and how far the ledger
-- got: what a run that goes on after a crash begins with. sequence and last_sequence count the run's records, which the journal has too.

CREATE TABLE engine_state (
  user_id text COLLATE "C" NOT NULL,
  run_id text COLLATE "C" NOT NULL,
  logical_time bigint NOT NULL,
  sequence bigint NOT NULL,
  tick bigint NOT NULL CONSTRAINT state_tick_from_one CHECK (tick >= 1),
  trading_state text NOT NULL CONSTRAINT engine_trading_state CHECK (trading_state IN ('ACTIVE', 'REDUCING', 'HALTED')),
  n_orders bigint NOT NULL,
  n_open_orders bigint NOT NULL,
  n_denials bigint NOT NULL,
  n_fills bigint NOT NULL,
  CONSTRAINT logical_time_once_engine PRIMARY KEY (user_id, run_id, logical_time),
  CONSTRAINT engine_counts CHECK (n_open_orders >= 0 AND n_open_orders <= n_orders AND n_denials >= 0 AND n_fills >= 0),
  CONSTRAINT run_of_user FOREIGN KEY (user_id, run_id) REFERENCES strategy_run (user_id, run_id) ON DELETE CASCADE
);

CREATE TRIGGER a_run_of_engine_state_insert AFTER INSERT ON engine_state REFERENCING NEW TABLE AS new_rows
  FOR EACH STATEMENT EXECUTE FUNCTION ledger_hold_run ();
CREATE TRIGGER engine_state_update BEFORE UPDATE ON engine_state
  FOR EACH ROW EXECUTE FUNCTION ledger_refuse ('append_only: this row is never changed');
CREATE TRIGGER engine_state_delete AFTER DELETE ON engine_state REFERENCING OLD TABLE AS old_rows
  FOR EACH STATEMENT EXECUTE FUNCTION ledger_keep_rows ();
CREATE TRIGGER engine_state_truncate BEFORE TRUNCATE ON engine_state
  FOR EACH STATEMENT EXECUTE FUNCTION ledger_refuse ('append_only: rows leave only together with their run');

CREATE TABLE engine_status (
  user_id text COLLATE "C" NOT NULL,
  run_id text COLLATE "C" NOT NULL,
  heartbeat_time bigint NOT NULL,
  last_sequence bigint NOT NULL CONSTRAINT status_sequence CHECK (last_sequence >= 0),
  last_tick bigint NOT NULL CONSTRAINT status_tick CHECK (last_tick >= 0),
  trading_state text NOT NULL CONSTRAINT status_trading_state CHECK (trading_state IN ('ACTIVE', 'REDUCING', 'HALTED')),
  n_orders bigint NOT NULL,
  n_open_orders bigint NOT NULL,
  n_denials bigint NOT NULL,
  n_fills bigint NOT NULL,
  CONSTRAINT status_once PRIMARY KEY (user_id, run_id),
  CONSTRAINT status_counts CHECK (n_open_orders >= 0 AND n_open_orders <= n_orders AND n_denials >= 0 AND n_fills >= 0),
  CONSTRAINT run_of_user FOREIGN KEY (user_id, run_id) REFERENCES strategy_run (user_id, run_id) ON DELETE CASCADE
);

CREATE TRIGGER a_run_of_engine_status_insert AFTER INSERT ON engine_status REFERENCING NEW TABLE AS new_rows
  FOR EACH STATEMENT EXECUTE FUNCTION ledger_hold_run ();
CREATE TRIGGER a_run_of_engine_status_update AFTER UPDATE ON engine_status REFERENCING NEW TABLE AS new_rows
  FOR EACH STATEMENT EXECUTE FUNCTION ledger_hold_run ();
CREATE TRIGGER engine_status_update BEFORE UPDATE ON engine_status
  FOR EACH ROW WHEN ((OLD.user_id, OLD.run_id)
    IS DISTINCT FROM (NEW.user_id, NEW.run_id)
    OR NEW.last_sequence < OLD.last_sequence OR NEW.last_tick < OLD.last_tick)
  EXECUTE FUNCTION ledger_refuse ('status_newer: a status gives way to a newer one only');
CREATE TRIGGER engine_status_delete AFTER DELETE ON engine_status REFERENCING OLD TABLE AS old_rows
  FOR EACH STATEMENT EXECUTE FUNCTION ledger_keep_rows ();
CREATE TRIGGER engine_status_truncate BEFORE TRUNCATE ON engine_status
  FOR EACH STATEMENT EXECUTE FUNCTION ledger_refuse ('append_only: rows leave only together with their run');

CREATE VIEW v_engine_state AS
SELECT s.user_id,
  s.run_id,
  ledger_time (s.logical_time) AS logical_time,
  s.tick,
  s.trading_state,
  s.n_orders,
  s.n_open_orders,
  s.n_denials,
  s.n_fills,
  s.sequence
FROM engine_state s;

CREATE VIEW v_engine_status AS
SELECT s.user_id,
  s.run_id,
  r.state,
  s.trading_state,
  ledger_time (s.heartbeat_time) AS heartbeat_time,
  s.last_tick,
  s.last_sequence,
  s.n_orders,
  s.n_open_orders,
  s.n_denials,
  s.n_fills
FROM engine_status s
  JOIN strategy_run r ON r.user_id = s.user_id AND r.run_id = s.run_id;

-- The engine's counts are those of the ledger. A ledger from before this table has ticks without a state.
CREATE VIEW check_engine_state AS
WITH flow AS (
  SELECT user_id, run_id, sequence, 1 AS n_fills, NULL AS told, NULL AS logical_time
  FROM paper_trade
  UNION ALL
  SELECT user_id, run_id, sequence, 0, n_fills, logical_time
  FROM engine_state
),
sums AS (
  SELECT user_id, run_id, logical_time, told, sum (n_fills) OVER (PARTITION BY user_id, run_id ORDER BY sequence) AS counted
  FROM flow
)
SELECT user_id, run_id, logical_time, 'n_fills is not the number of trades so far' AS what
FROM sums
WHERE told <> counted
UNION ALL
SELECT s.user_id, s.run_id, s.logical_time, 'there is no mark-to-market row of this tick'
FROM engine_state s
  LEFT JOIN mtm_ledger m ON m.user_id = s.user_id AND m.run_id = s.run_id AND m.logical_time = s.logical_time AND m.tick = s.tick
    AND m.sequence = s.sequence
WHERE m.user_id IS NULL
UNION ALL
SELECT s.user_id, s.run_id, s.heartbeat_time, 'the status is not that of the last tick'
FROM engine_status s
WHERE EXISTS (SELECT 1 FROM engine_state e
               WHERE e.user_id = s.user_id AND e.run_id = s.run_id AND (e.tick > s.last_tick OR e.sequence > s.last_sequence));
