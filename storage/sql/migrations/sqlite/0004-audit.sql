-- SPDX-License-Identifier: LGPL-2.1-or-later
-- Who did what, when and why. Each row carries the hash of the row before it (docs/design/0010-audit.md says over what), so that a row which was
-- changed, taken out or put in shows: "penstock audit verify" looks. audit_chain links the runs, and keeps where each one's chain ends apart from the
-- chain; its rows stay when their run goes.

CREATE TABLE audit (
  user_id TEXT NOT NULL,
  run_id TEXT NOT NULL,
  number INTEGER NOT NULL CONSTRAINT audit_from_one CHECK (number >= 1),
  sequence INTEGER NOT NULL,
  logical_time INTEGER NOT NULL,
  actor_kind TEXT NOT NULL CONSTRAINT audit_actor_kind CHECK (actor_kind IN ('SYSTEM', 'OPERATOR', 'COMPONENT')),
  component INTEGER,
  actor TEXT NOT NULL,
  action TEXT NOT NULL CONSTRAINT audit_action CHECK (action <> ''),
  order_id INTEGER,
  why TEXT NOT NULL,
  before_value TEXT NOT NULL,
  after_value TEXT NOT NULL,
  previous_hash TEXT NOT NULL CONSTRAINT audit_previous_hash CHECK (length (previous_hash) = 64),
  hash TEXT NOT NULL CONSTRAINT audit_hash CHECK (length (hash) = 64),
  PRIMARY KEY (user_id, run_id, number),
  UNIQUE (user_id, run_id, sequence),
  FOREIGN KEY (user_id, run_id) REFERENCES strategy_run (user_id, run_id) ON DELETE CASCADE
) STRICT, WITHOUT ROWID;

CREATE TRIGGER audit_insert BEFORE INSERT ON audit
BEGIN
  SELECT RAISE (ABORT, 'run_of_user: this user has no run of this id')
   WHERE NOT EXISTS (SELECT 1 FROM strategy_run WHERE user_id = NEW.user_id AND run_id = NEW.run_id);
  SELECT RAISE (ABORT, 'run_not_running: audit events of a run are accepted only while it is CREATED or RUNNING')
   WHERE ifnull ((SELECT state FROM strategy_run WHERE user_id = NEW.user_id AND run_id = NEW.run_id), '') NOT IN ('CREATED', 'RUNNING');
  SELECT RAISE (ABORT, 'audit_chain: an audit event hangs on the one before it, by number and by hash')
   WHERE NEW.number <> ifnull ((SELECT max (number) FROM audit WHERE user_id = NEW.user_id AND run_id = NEW.run_id), 0) + 1
      OR NEW.previous_hash
         <> ifnull ((SELECT hash FROM audit WHERE user_id = NEW.user_id AND run_id = NEW.run_id AND number = NEW.number - 1), NEW.previous_hash);
END;

CREATE TRIGGER audit_update BEFORE UPDATE ON audit
BEGIN
  SELECT RAISE (ABORT, 'append_only: this row is never changed');
END;

CREATE TRIGGER audit_delete BEFORE DELETE ON audit
WHEN EXISTS (SELECT 1 FROM strategy_run WHERE user_id = OLD.user_id AND run_id = OLD.run_id)
BEGIN
  SELECT RAISE (ABORT, 'append_only: this row leaves only together with its run');
END;

CREATE TRIGGER strategy_run_delete_audit AFTER DELETE ON strategy_run
BEGIN
  DELETE FROM audit WHERE user_id = OLD.user_id AND run_id = OLD.run_id;
END;

CREATE TABLE audit_chain (
  link_number INTEGER NOT NULL PRIMARY KEY,
  user_id TEXT NOT NULL,
  run_id TEXT NOT NULL,
  previous_link TEXT NOT NULL CONSTRAINT link_previous CHECK (length (previous_link) = 64),
  link TEXT NOT NULL CONSTRAINT link_hash CHECK (length (link) = 64),
  n_records INTEGER NOT NULL CONSTRAINT link_n_records CHECK (n_records >= 0),
  head TEXT NOT NULL
) STRICT;

CREATE INDEX audit_chain_of_run ON audit_chain (user_id, run_id);

CREATE TRIGGER audit_chain_insert BEFORE INSERT ON audit_chain
BEGIN
  SELECT RAISE (ABORT, 'run_of_user: this user has no run of this id')
   WHERE NOT EXISTS (SELECT 1 FROM strategy_run WHERE user_id = NEW.user_id AND run_id = NEW.run_id);
  SELECT RAISE (ABORT, 'audit_chain: the chain of runs goes on from its last link')
   WHERE NEW.link_number <> ifnull ((SELECT max (link_number) FROM audit_chain), 0) + 1
      OR NEW.previous_link <> ifnull ((SELECT link FROM audit_chain WHERE link_number = NEW.link_number - 1), NEW.previous_link);
END;

CREATE TRIGGER audit_chain_update BEFORE UPDATE ON audit_chain
BEGIN
  SELECT RAISE (ABORT, 'audit_chain: of a link only the head moves, and only on')
   WHERE NEW.link_number <> OLD.link_number OR NEW.user_id <> OLD.user_id OR NEW.run_id <> OLD.run_id OR NEW.previous_link <> OLD.previous_link
      OR NEW.link <> OLD.link OR NEW.n_records <= OLD.n_records;
  SELECT RAISE (ABORT, 'run_not_running: the head of a run''s chain moves only while the run goes on')
   WHERE ifnull ((SELECT state FROM strategy_run WHERE user_id = NEW.user_id AND run_id = NEW.run_id), '') NOT IN ('CREATED', 'RUNNING');
  SELECT RAISE (ABORT, 'audit_chain: the head is the hash of the last audit event')
   WHERE NOT EXISTS (SELECT 1 FROM audit WHERE user_id = NEW.user_id AND run_id = NEW.run_id AND number = NEW.n_records AND hash = NEW.head);
END;

CREATE TRIGGER audit_chain_delete BEFORE DELETE ON audit_chain
BEGIN
  SELECT RAISE (ABORT, 'append_only: a link of the chain of runs stays, even when its run goes');
END;

CREATE VIEW v_audit AS
SELECT a.user_id,
  a.run_id,
  a.number,
  a.sequence,
  strftime ('%Y-%m-%dT%H:%M:%SZ', a.logical_time / 1000000000, 'unixepoch') AS logical_time,
  a.actor_kind,
  a.actor,
  a.action,
  a.order_id,
  a.why,
  a.before_value,
  a.after_value,
  a.hash
FROM audit a;

-- Every run that is or was: in the order of the links, those without one behind them.
CREATE VIEW audited_runs AS
SELECT c.link_number, c.user_id, c.run_id, c.previous_link, c.link, c.n_records, c.head, r.state, r.reason, c.link_number AS place
FROM audit_chain c
  LEFT JOIN strategy_run r ON r.user_id = c.user_id AND r.run_id = c.run_id
UNION ALL
SELECT NULL, r.user_id, r.run_id, NULL, NULL, NULL, NULL, r.state, r.reason, 9223372036854775807
FROM strategy_run r
WHERE NOT EXISTS (SELECT 1 FROM audit_chain c WHERE c.user_id = r.user_id AND c.run_id = r.run_id);

-- Breaks of the chain that SQL can see without hashing: missing numbers, hashes that do not hang together, a head that is not the last event.
CREATE VIEW check_audit_chain AS
WITH step AS (
  SELECT user_id, run_id, number, previous_hash, hash,
    row_number () OVER (PARTITION BY user_id, run_id ORDER BY number) AS place,
    lag (hash) OVER (PARTITION BY user_id, run_id ORDER BY number) AS before
  FROM audit
)
SELECT user_id, run_id, number, 'the chain is broken before this event' AS what
FROM step
WHERE number <> place OR previous_hash <> ifnull (before, previous_hash)
UNION ALL
SELECT c.user_id, c.run_id, c.n_records, 'the last event is not the head of the chain'
FROM audit_chain c
WHERE EXISTS (SELECT 1 FROM strategy_run r WHERE r.user_id = c.user_id AND r.run_id = c.run_id)
  AND c.link_number = (SELECT max (link_number) FROM audit_chain d WHERE d.user_id = c.user_id AND d.run_id = c.run_id)
  AND c.n_records <> (SELECT count (*) FROM audit a WHERE a.user_id = c.user_id AND a.run_id = c.run_id);
