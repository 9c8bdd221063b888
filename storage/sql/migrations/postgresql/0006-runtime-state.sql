-- SPDX-License-Identifier: LGPL-2.1-or-later
-- What the run and its components would need to go on after a restart, as it was at the last snapshot of the state: one row a thing. The journal
-- has every snapshot. component is -1 for what the run itself remembers.

DO $$
BEGIN
  PERFORM set_config ('search_path', quote_ident (current_schema ()) || ', pg_temp', true);
END;
$$;

CREATE TABLE runtime_state (
  user_id text COLLATE "C" NOT NULL,
  run_id text COLLATE "C" NOT NULL,
  component bigint NOT NULL CONSTRAINT state_component CHECK (component >= -1),
  key text COLLATE "C" NOT NULL CONSTRAINT state_key CHECK (key <> ''),
  value text NOT NULL,
  number bigint NOT NULL CONSTRAINT state_from_one CHECK (number >= 1),
  updated_time bigint NOT NULL,
  CONSTRAINT state_once PRIMARY KEY (user_id, run_id, component, key),
  CONSTRAINT run_of_user FOREIGN KEY (user_id, run_id) REFERENCES strategy_run (user_id, run_id) ON DELETE CASCADE
);

CREATE TRIGGER a_run_of_runtime_state_insert AFTER INSERT ON runtime_state REFERENCING NEW TABLE AS new_rows
  FOR EACH STATEMENT EXECUTE FUNCTION ledger_hold_run ();
CREATE TRIGGER a_run_of_runtime_state_update AFTER UPDATE ON runtime_state REFERENCING NEW TABLE AS new_rows
  FOR EACH STATEMENT EXECUTE FUNCTION ledger_hold_run ();

CREATE FUNCTION runtime_state_insert () RETURNS trigger LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
BEGIN
  IF EXISTS (
    SELECT 1
    FROM (SELECT DISTINCT user_id, run_id, component FROM new_rows WHERE component >= 0) k
    WHERE NOT EXISTS (SELECT 1 FROM component c WHERE c.user_id = k.user_id AND c.run_id = k.run_id AND c.component = k.component)
  ) THEN
    PERFORM ledger_assert ('state_of_run: the run has no such component', 'foreign_key_violation');
  END IF;
  RETURN NULL;
END;
$$;

CREATE TRIGGER runtime_state_insert AFTER INSERT ON runtime_state REFERENCING NEW TABLE AS new_rows
  FOR EACH STATEMENT EXECUTE FUNCTION runtime_state_insert ();
CREATE TRIGGER runtime_state_update BEFORE UPDATE ON runtime_state
  FOR EACH ROW WHEN ((OLD.user_id, OLD.run_id, OLD.component, OLD.key)
    IS DISTINCT FROM (NEW.user_id, NEW.run_id, NEW.component, NEW.key) OR NEW.number < OLD.number)
  EXECUTE FUNCTION ledger_refuse ('state_newer: what is remembered gives way to what is newer only');
CREATE TRIGGER runtime_state_delete AFTER DELETE ON runtime_state REFERENCING OLD TABLE AS old_rows
  FOR EACH STATEMENT EXECUTE FUNCTION ledger_keep_rows ();
CREATE TRIGGER runtime_state_truncate BEFORE TRUNCATE ON runtime_state
  FOR EACH STATEMENT EXECUTE FUNCTION ledger_refuse ('append_only: rows leave only together with their run');

-- The last snapshot as a whole: what was not remembered any more is left out.
CREATE VIEW v_runtime_state AS
SELECT s.user_id,
  s.run_id,
  coalesce (c.name, 'run') AS component,
  s.key,
  s.value,
  s.number,
  ledger_time (s.updated_time) AS updated_time
FROM runtime_state s
  LEFT JOIN component c ON c.user_id = s.user_id AND c.run_id = s.run_id AND c.component = s.component
WHERE s.number = (SELECT max (number) FROM runtime_state n WHERE n.user_id = s.user_id AND n.run_id = s.run_id);
