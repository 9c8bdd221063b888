-- SPDX-License-Identifier: LGPL-2.1-or-later
-- The top of order books, sampled: one row a snapshot. A ring for each instrument of a run: when the option snapshot-rows says that no more are
-- kept, the newest takes the place (slot) of the oldest. Levels are JSON, the best first: [[price, size], ...] at the instrument's scales.

CREATE TABLE snapshots (
  user_id TEXT NOT NULL,
  run_id TEXT NOT NULL,
  instrument INTEGER NOT NULL,
  slot INTEGER NOT NULL CONSTRAINT snapshot_slot CHECK (slot >= 0),
  number INTEGER NOT NULL CONSTRAINT snapshot_from_one CHECK (number >= 1),
  sequence INTEGER NOT NULL,
  logical_time INTEGER NOT NULL,
  cause TEXT NOT NULL CONSTRAINT snapshot_cause CHECK (cause IN ('INTERVAL', 'OPPORTUNITY')),
  bid_price INTEGER,
  bid_size INTEGER,
  ask_price INTEGER,
  ask_size INTEGER,
  bids TEXT NOT NULL CONSTRAINT snapshot_bids CHECK (json_valid (bids)),
  asks TEXT NOT NULL CONSTRAINT snapshot_asks CHECK (json_valid (asks)),
  PRIMARY KEY (user_id, run_id, instrument, slot),
  CONSTRAINT snapshot_not_crossed CHECK (bid_price IS NULL OR ask_price IS NULL OR bid_price < ask_price),
  FOREIGN KEY (user_id, run_id) REFERENCES strategy_run (user_id, run_id) ON DELETE CASCADE,
  FOREIGN KEY (user_id, run_id, instrument) REFERENCES instrument (user_id, run_id, instrument)
) STRICT, WITHOUT ROWID;

CREATE TRIGGER snapshots_insert BEFORE INSERT ON snapshots
BEGIN
  SELECT RAISE (ABORT, 'run_of_user: this user has no run of this id')
   WHERE NOT EXISTS (SELECT 1 FROM strategy_run WHERE user_id = NEW.user_id AND run_id = NEW.run_id);
  SELECT RAISE (ABORT, 'run_not_running: rows of a run are accepted only while it is RUNNING')
   WHERE (SELECT state FROM strategy_run WHERE user_id = NEW.user_id AND run_id = NEW.run_id) IS NOT 'RUNNING';
  SELECT RAISE (ABORT, 'snapshot_of_run: the run has no such instrument')
   WHERE NOT EXISTS (SELECT 1 FROM instrument WHERE user_id = NEW.user_id AND run_id = NEW.run_id AND instrument = NEW.instrument);
  SELECT RAISE (ABORT, 'snapshot_newer: a snapshot gives its place to a newer one only')
    FROM snapshots s
   WHERE s.user_id = NEW.user_id AND s.run_id = NEW.run_id AND s.instrument = NEW.instrument AND s.slot = NEW.slot
     AND (NEW.number <= s.number OR NEW.sequence <= s.sequence);
END;

CREATE TRIGGER snapshots_update BEFORE UPDATE ON snapshots
BEGIN
  SELECT RAISE (ABORT, 'run_not_running: rows of a run are accepted only while it is RUNNING')
   WHERE (SELECT state FROM strategy_run WHERE user_id = OLD.user_id AND run_id = OLD.run_id) IS NOT 'RUNNING';
  SELECT RAISE (ABORT, 'snapshot_newer: a snapshot gives its place to a newer one only')
   WHERE NEW.user_id <> OLD.user_id OR NEW.run_id <> OLD.run_id OR NEW.instrument <> OLD.instrument OR NEW.slot <> OLD.slot
      OR NEW.number <= OLD.number OR NEW.sequence <= OLD.sequence;
END;

CREATE TRIGGER snapshots_delete BEFORE DELETE ON snapshots
WHEN EXISTS (SELECT 1 FROM strategy_run WHERE user_id = OLD.user_id AND run_id = OLD.run_id)
BEGIN
  SELECT RAISE (ABORT, 'append_only: this row leaves only together with its run');
END;

CREATE TRIGGER strategy_run_delete_snapshots AFTER DELETE ON strategy_run
BEGIN
  DELETE FROM snapshots WHERE user_id = OLD.user_id AND run_id = OLD.run_id;
END;

CREATE VIEW v_snapshots AS
SELECT b.user_id,
  b.run_id,
  i.id AS instrument,
  b.number,
  strftime ('%Y-%m-%dT%H:%M:%SZ', b.logical_time / 1000000000, 'unixepoch') AS logical_time,
  b.cause,
  (b.bid_price / ps.power) || iif (ps.scale > 0, '.' || printf ('%0*d', ps.scale, b.bid_price % ps.power), '') AS bid_price,
  (b.bid_size / ss.power) || iif (ss.scale > 0, '.' || printf ('%0*d', ss.scale, b.bid_size % ss.power), '') AS bid_size,
  (b.ask_price / ps.power) || iif (ps.scale > 0, '.' || printf ('%0*d', ps.scale, b.ask_price % ps.power), '') AS ask_price,
  (b.ask_size / ss.power) || iif (ss.scale > 0, '.' || printf ('%0*d', ss.scale, b.ask_size % ss.power), '') AS ask_size,
  json_array_length (b.bids) AS n_bids,
  json_array_length (b.asks) AS n_asks
FROM snapshots b
  JOIN instrument i ON i.user_id = b.user_id AND i.run_id = b.run_id AND i.instrument = b.instrument
  JOIN power_of_ten ps ON ps.scale = i.price_scale
  JOIN power_of_ten ss ON ss.scale = i.size_scale;
