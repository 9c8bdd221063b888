-- SPDX-License-Identifier: LGPL-2.1-or-later
-- Who did what, when and why. Each row carries the hash of the row before it (docs/design/0010-audit.md says over what), so that a row which was
-- changed, taken out or put in shows: "penstock audit verify" looks. audit_chain links the runs, and keeps where each one's chain ends apart from the
-- chain; its rows stay when their run goes.

DO $$
BEGIN
  PERFORM set_config ('search_path', quote_ident (current_schema ()) || ', pg_temp', true);
END;
$$;

CREATE TABLE audit (
  user_id text COLLATE "C" NOT NULL,
  run_id text COLLATE "C" NOT NULL,
  number bigint NOT NULL CONSTRAINT audit_from_one CHECK (number >= 1),
  sequence bigint NOT NULL,
  logical_time bigint NOT NULL,
  actor_kind text NOT NULL CONSTRAINT audit_actor_kind CHECK (actor_kind IN ('SYSTEM', 'OPERATOR', 'COMPONENT')),
  component bigint,
  actor text NOT NULL,
  action text NOT NULL CONSTRAINT audit_action CHECK (action <> ''),
  order_id bigint,
  why text NOT NULL,
  before_value text NOT NULL,
  after_value text NOT NULL,
  previous_hash text NOT NULL CONSTRAINT audit_previous_hash CHECK (length (previous_hash) = 64),
  hash text NOT NULL CONSTRAINT audit_hash CHECK (length (hash) = 64),
  CONSTRAINT audit_chain_number PRIMARY KEY (user_id, run_id, number),
  CONSTRAINT audit_sequence_once UNIQUE (user_id, run_id, sequence)
);

CREATE TRIGGER a_run_of_audit_insert AFTER INSERT ON audit REFERENCING NEW TABLE AS new_rows
  FOR EACH STATEMENT EXECUTE FUNCTION ledger_hold_run ('CREATED');

CREATE FUNCTION audit_insert () RETURNS trigger LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
BEGIN
  IF EXISTS (
    SELECT 1
    FROM new_rows n
    WHERE n.number > 1
      AND NOT EXISTS (SELECT 1 FROM audit a
                       WHERE a.user_id = n.user_id AND a.run_id = n.run_id AND a.number = n.number - 1 AND a.hash = n.previous_hash)
  ) THEN
    PERFORM ledger_assert ('audit_chain: an audit event hangs on the one before it, by number and by hash');
  END IF;
  RETURN NULL;
END;
$$;

CREATE TRIGGER audit_insert AFTER INSERT ON audit REFERENCING NEW TABLE AS new_rows
  FOR EACH STATEMENT EXECUTE FUNCTION audit_insert ();
CREATE TRIGGER audit_update BEFORE UPDATE ON audit
  FOR EACH ROW EXECUTE FUNCTION ledger_refuse ('append_only: this row is never changed');
CREATE TRIGGER audit_delete AFTER DELETE ON audit REFERENCING OLD TABLE AS old_rows
  FOR EACH STATEMENT EXECUTE FUNCTION ledger_keep_rows ();
CREATE TRIGGER audit_truncate BEFORE TRUNCATE ON audit
  FOR EACH STATEMENT EXECUTE FUNCTION ledger_refuse ('append_only: rows leave only together with their run');

CREATE FUNCTION strategy_run_delete_audit () RETURNS trigger LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
BEGIN
  DELETE FROM audit a USING old_rows r WHERE a.user_id = r.user_id AND a.run_id = r.run_id;
  RETURN NULL;
END;
$$;

CREATE TRIGGER strategy_run_delete_audit AFTER DELETE ON strategy_run REFERENCING OLD TABLE AS old_rows
  FOR EACH STATEMENT EXECUTE FUNCTION strategy_run_delete_audit ();

CREATE TABLE audit_chain (
  link_number bigint NOT NULL PRIMARY KEY,
  user_id text COLLATE "C" NOT NULL,
  run_id text COLLATE "C" NOT NULL,
  previous_link text NOT NULL CONSTRAINT link_previous CHECK (length (previous_link) = 64),
  link text NOT NULL CONSTRAINT link_hash CHECK (length (link) = 64),
  n_records bigint NOT NULL CONSTRAINT link_n_records CHECK (n_records >= 0),
  head text NOT NULL
);

CREATE INDEX audit_chain_of_run ON audit_chain (user_id, run_id);

CREATE FUNCTION audit_chain_insert () RETURNS trigger LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
BEGIN
  IF NOT EXISTS (SELECT 1 FROM strategy_run WHERE user_id = NEW.user_id AND run_id = NEW.run_id) THEN
    PERFORM ledger_assert ('run_of_user: this user has no run of this id', 'foreign_key_violation');
  END IF;
  IF NEW.link_number <> coalesce ((SELECT max (link_number) FROM audit_chain), 0) + 1
     OR NEW.previous_link <> coalesce ((SELECT link FROM audit_chain WHERE link_number = NEW.link_number - 1), NEW.previous_link) THEN
    PERFORM ledger_assert ('audit_chain: the chain of runs goes on from its last link');
  END IF;
  RETURN NEW;
END;
$$;

CREATE TRIGGER audit_chain_insert BEFORE INSERT ON audit_chain
  FOR EACH ROW EXECUTE FUNCTION audit_chain_insert ();

CREATE FUNCTION audit_chain_update () RETURNS trigger LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
DECLARE
  run_state text;
BEGIN
  IF NEW.link_number <> OLD.link_number OR NEW.user_id <> OLD.user_id OR NEW.run_id <> OLD.run_id OR NEW.previous_link <> OLD.previous_link
     OR NEW.link <> OLD.link OR NEW.n_records <= OLD.n_records THEN
    PERFORM ledger_assert ('audit_chain: of a link only the head moves, and only on');
  END IF;
  SELECT state INTO run_state FROM strategy_run WHERE user_id = NEW.user_id AND run_id = NEW.run_id FOR SHARE;
  IF coalesce (run_state, '') NOT IN ('CREATED', 'RUNNING') THEN
    PERFORM ledger_assert ('run_not_running: the head of a run''s chain moves only while the run goes on');
  END IF;
  IF NOT EXISTS (SELECT 1 FROM audit WHERE user_id = NEW.user_id AND run_id = NEW.run_id AND number = NEW.n_records AND hash = NEW.head) THEN
    PERFORM ledger_assert ('audit_chain: the head is the hash of the last audit event');
  END IF;
  RETURN NEW;
END;
$$;

CREATE TRIGGER audit_chain_update BEFORE UPDATE ON audit_chain
  FOR EACH ROW EXECUTE FUNCTION audit_chain_update ();

CREATE TRIGGER audit_chain_delete BEFORE DELETE ON audit_chain
  FOR EACH ROW EXECUTE FUNCTION ledger_refuse ('append_only: a link of the chain of runs stays, even when its run goes');

CREATE TRIGGER audit_chain_truncate BEFORE TRUNCATE ON audit_chain
  FOR EACH STATEMENT EXECUTE FUNCTION ledger_refuse ('append_only: a link of the chain of runs stays, even when its run goes');

CREATE VIEW v_audit AS
SELECT a.user_id,
  a.run_id,
  a.number,
  a.sequence,
  ledger_time (a.logical_time) AS logical_time,
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
WHERE number <> place OR previous_hash <> coalesce (before, previous_hash)
UNION ALL
SELECT c.user_id, c.run_id, c.n_records, 'the last event is not the head of the chain'
FROM audit_chain c
WHERE EXISTS (SELECT 1 FROM strategy_run r WHERE r.user_id = c.user_id AND r.run_id = c.run_id)
  AND c.link_number = (SELECT max (link_number) FROM audit_chain d WHERE d.user_id = c.user_id AND d.run_id = c.run_id)
  AND c.n_records <> (SELECT count (*) FROM audit a WHERE a.user_id = c.user_id AND a.run_id = c.run_id);
