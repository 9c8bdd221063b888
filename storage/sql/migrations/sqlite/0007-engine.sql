-- SPDX-License-Identifier: LGPL-2.1-or-later
-- The engine itself. engine_state: how it stood after each tick, never changed. engine_status: how it stands, one row a run, and how far the ledger
-- got: what a run that goes on after a crash begins with. sequence and last_sequence count the run's records, which the journal has too.

CREATE TABLE engine_state (
  user_id TEXT NOT NULL,
  run_id TEXT NOT NULL,
  logical_time INTEGER NOT NULL,
  sequence INTEGER NOT NULL,
  tick INTEGER NOT NULL CONSTRAINT state_tick_from_one CHECK (tick >= 1),
  trading_state TEXT NOT NULL CONSTRAINT engine_trading_state CHECK (trading_state IN ('ACTIVE', 'REDUCING', 'HALTED')),
  n_orders INTEGER NOT NULL,
  n_open_orders INTEGER NOT NULL,
  n_denials INTEGER NOT NULL,
  n_fills INTEGER NOT NULL,
  PRIMARY KEY (user_id, run_id, logical_time),
  CONSTRAINT engine_counts CHECK (n_open_orders >= 0 AND n_open_orders <= n_orders AND n_denials >= 0 AND n_fills >= 0),
  FOREIGN KEY (user_id, run_id) REFERENCES strategy_run (user_id, run_id) ON DELETE CASCADE
) STRICT, WITHOUT ROWID;

CREATE TRIGGER engine_state_insert BEFORE INSERT ON engine_state
BEGIN
  SELECT RAISE (ABORT, 'run_of_user: this user has no run of this id')
   WHERE NOT EXISTS (SELECT 1 FROM strategy_run WHERE user_id = NEW.user_id AND run_id = NEW.run_id);
  SELECT RAISE (ABORT, 'run_not_running: rows of a run are accepted only while it is RUNNING')
   WHERE (SELECT state FROM strategy_run WHERE user_id = NEW.user_id AND run_id = NEW.run_id) IS NOT 'RUNNING';
  SELECT RAISE (ABORT, 'logical_time_once: the ledger has this logical time of this run already')
   WHERE EXISTS (SELECT 1 FROM engine_state WHERE user_id = NEW.user_id AND run_id = NEW.run_id AND logical_time = NEW.logical_time);
END;

CREATE TRIGGER engine_state_update BEFORE UPDATE ON engine_state
BEGIN
  SELECT RAISE (ABORT, 'append_only: this row is never changed');
END;

CREATE TRIGGER engine_state_delete BEFORE DELETE ON engine_state
WHEN EXISTS (SELECT 1 FROM strategy_run WHERE user_id = OLD.user_id AND run_id = OLD.run_id)
BEGIN
  SELECT RAISE (ABORT, 'append_only: this row leaves only together with its run');
END;

CREATE TABLE engine_status (
  user_id TEXT NOT NULL,
  run_id TEXT NOT NULL,
  heartbeat_time INTEGER NOT NULL,
  last_sequence INTEGER NOT NULL CONSTRAINT status_sequence CHECK (last_sequence >= 0),
  last_tick INTEGER NOT NULL CONSTRAINT status_tick CHECK (last_tick >= 0),
  trading_state TEXT NOT NULL CONSTRAINT status_trading_state CHECK (trading_state IN ('ACTIVE', 'REDUCING', 'HALTED')),
  n_orders INTEGER NOT NULL,
  n_open_orders INTEGER NOT NULL,
  n_denials INTEGER NOT NULL,
  n_fills INTEGER NOT NULL,
  PRIMARY KEY (user_id, run_id),
  CONSTRAINT status_counts CHECK (n_open_orders >= 0 AND n_open_orders <= n_orders AND n_denials >= 0 AND n_fills >= 0),
  FOREIGN KEY (user_id, run_id) REFERENCES strategy_run (user_id, run_id) ON DELETE CASCADE
) STRICT, WITHOUT ROWID;

CREATE TRIGGER engine_status_insert BEFORE INSERT ON engine_status
BEGIN
  SELECT RAISE (ABORT, 'run_of_user: this user has no run of this id')
   WHERE NOT EXISTS (SELECT 1 FROM strategy_run WHERE user_id = NEW.user_id AND run_id = NEW.run_id);
  SELECT RAISE (ABORT, 'run_not_running: rows of a run are accepted only while it is RUNNING')
   WHERE (SELECT state FROM strategy_run WHERE user_id = NEW.user_id AND run_id = NEW.run_id) IS NOT 'RUNNING';
  SELECT RAISE (ABORT, 'status_newer: a status gives way to a newer one only')
    FROM engine_status s
   WHERE s.user_id = NEW.user_id AND s.run_id = NEW.run_id AND (NEW.last_sequence < s.last_sequence OR NEW.last_tick < s.last_tick);
END;

CREATE TRIGGER engine_status_update BEFORE UPDATE ON engine_status
BEGIN
  SELECT RAISE (ABORT, 'run_not_running: rows of a run are accepted only while it is RUNNING')
   WHERE (SELECT state FROM strategy_run WHERE user_id = OLD.user_id AND run_id = OLD.run_id) IS NOT 'RUNNING';
  SELECT RAISE (ABORT, 'status_newer: a status gives way to a newer one only')
   WHERE NEW.user_id <> OLD.user_id OR NEW.run_id <> OLD.run_id OR NEW.last_sequence < OLD.last_sequence OR NEW.last_tick < OLD.last_tick;
END;

CREATE TRIGGER engine_status_delete BEFORE DELETE ON engine_status
WHEN EXISTS (SELECT 1 FROM strategy_run WHERE user_id = OLD.user_id AND run_id = OLD.run_id)
BEGIN
  SELECT RAISE (ABORT, 'append_only: this row leaves only together with its run');
END;

CREATE TRIGGER strategy_run_delete_engine AFTER DELETE ON strategy_run
BEGIN
  DELETE FROM engine_state WHERE user_id = OLD.user_id AND run_id = OLD.run_id;
  DELETE FROM engine_status WHERE user_id = OLD.user_id AND run_id = OLD.run_id;
END;

CREATE VIEW v_engine_state AS
SELECT s.user_id,
  s.run_id,
  strftime ('%Y-%m-%dT%H:%M:%SZ', s.logical_time / 1000000000, 'unixepoch') AS logical_time,
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
  strftime ('%Y-%m-%dT%H:%M:%SZ', s.heartbeat_time / 1000000000, 'unixepoch') AS heartbeat_time,
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
