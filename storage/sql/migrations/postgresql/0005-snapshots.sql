-- SPDX-License-Identifier: LGPL-2.1-or-later
-- The top of order books, sampled: one row a snapshot. A ring for each instrument of a run: when the option snapshot-rows says that no more are
-- kept, the newest takes the place (slot) of the oldest. Levels are JSON, the best first: [[price, size], ...] at the instrument's scales.

CREATE TABLE snapshots (
  user_id text COLLATE "C" NOT NULL,
  run_id text COLLATE "C" NOT NULL,
  instrument bigint NOT NULL,
  slot bigint NOT NULL CONSTRAINT snapshot_slot CHECK (slot >= 0),
  number bigint NOT NULL CONSTRAINT snapshot_from_one CHECK (number >= 1),
  sequence bigint NOT NULL,
  logical_time bigint NOT NULL,
  cause text NOT NULL CONSTRAINT snapshot_cause CHECK (cause IN ('INTERVAL', 'OPPORTUNITY')),
  bid_price bigint,
  bid_size bigint,
  ask_price bigint,
  ask_size bigint,
  bids json NOT NULL CONSTRAINT snapshot_bids CHECK (json_typeof (bids) = 'array'),
  asks json NOT NULL CONSTRAINT snapshot_asks CHECK (json_typeof (asks) = 'array'),
  CONSTRAINT snapshot_once PRIMARY KEY (user_id, run_id, instrument, slot),
  CONSTRAINT snapshot_not_crossed CHECK (bid_price IS NULL OR ask_price IS NULL OR bid_price < ask_price),
  CONSTRAINT run_of_user FOREIGN KEY (user_id, run_id) REFERENCES strategy_run (user_id, run_id) ON DELETE CASCADE,
  CONSTRAINT snapshot_of_run FOREIGN KEY (user_id, run_id, instrument) REFERENCES instrument (user_id, run_id, instrument)
);

CREATE TRIGGER a_run_of_snapshots_insert AFTER INSERT ON snapshots REFERENCING NEW TABLE AS new_rows
  FOR EACH STATEMENT EXECUTE FUNCTION ledger_hold_run ();
CREATE TRIGGER a_run_of_snapshots_update AFTER UPDATE ON snapshots REFERENCING NEW TABLE AS new_rows
  FOR EACH STATEMENT EXECUTE FUNCTION ledger_hold_run ();
CREATE TRIGGER snapshots_update BEFORE UPDATE ON snapshots
  FOR EACH ROW WHEN ((OLD.user_id, OLD.run_id, OLD.instrument, OLD.slot)
    IS DISTINCT FROM (NEW.user_id, NEW.run_id, NEW.instrument, NEW.slot)
    OR NEW.number <= OLD.number OR NEW.sequence <= OLD.sequence)
  EXECUTE FUNCTION ledger_refuse ('snapshot_newer: a snapshot gives its place to a newer one only');
CREATE TRIGGER snapshots_delete AFTER DELETE ON snapshots REFERENCING OLD TABLE AS old_rows
  FOR EACH STATEMENT EXECUTE FUNCTION ledger_keep_rows ();
CREATE TRIGGER snapshots_truncate BEFORE TRUNCATE ON snapshots
  FOR EACH STATEMENT EXECUTE FUNCTION ledger_refuse ('append_only: rows leave only together with their run');

CREATE VIEW v_snapshots AS
SELECT b.user_id,
  b.run_id,
  i.id AS instrument,
  b.number,
  ledger_time (b.logical_time) AS logical_time,
  b.cause,
  ledger_decimal (b.bid_price, ps.scale) AS bid_price,
  ledger_decimal (b.bid_size, ss.scale) AS bid_size,
  ledger_decimal (b.ask_price, ps.scale) AS ask_price,
  ledger_decimal (b.ask_size, ss.scale) AS ask_size,
  json_array_length (b.bids) AS n_bids,
  json_array_length (b.asks) AS n_asks
FROM snapshots b
  JOIN instrument i ON i.user_id = b.user_id AND i.run_id = b.run_id AND i.instrument = b.instrument
  JOIN power_of_ten ps ON ps.scale = i.price_scale
  JOIN power_of_ten ss ON ss.scale = i.size_scale;
