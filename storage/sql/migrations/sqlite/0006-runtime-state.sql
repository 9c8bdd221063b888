-- SPDX-License-Identifier: LGPL-2.1-or-later
-- What the run and its components would need to go on after a restart, as it was at the last snapshot of the state: one row a thing. The journal
-- has every snapshot. component is -1 for what the run itself remembers.

CREATE TABLE runtime_state (
  user_id TEXT NOT NULL,
  run_id TEXT NOT NULL,
  component INTEGER NOT NULL CONSTRAINT state_component CHECK (component >= -1),
  key TEXT NOT NULL CONSTRAINT state_key CHECK (key <> ''),
  value TEXT NOT NULL,
  number INTEGER NOT NULL CONSTRAINT state_from_one CHECK (number >= 1),
  updated_time INTEGER NOT NULL,
  PRIMARY KEY (user_id, run_id, component, key),
  FOREIGN KEY (user_id, run_id) REFERENCES strategy_run (user_id, run_id) ON DELETE CASCADE
) STRICT, WITHOUT ROWID;

CREATE TRIGGER runtime_state_insert BEFORE INSERT ON runtime_state
BEGIN
  SELECT RAISE (ABORT, 'run_of_user: this user has no run of this id')
   WHERE NOT EXISTS (SELECT 1 FROM strategy_run WHERE user_id = NEW.user_id AND run_id = NEW.run_id);
  SELECT RAISE (ABORT, 'run_not_running: rows of a run are accepted only while it is RUNNING')
   WHERE (SELECT state FROM strategy_run WHERE user_id = NEW.user_id AND run_id = NEW.run_id) IS NOT 'RUNNING';
  SELECT RAISE (ABORT, 'state_of_run: the run has no such component')
   WHERE NEW.component >= 0
     AND NOT EXISTS (SELECT 1 FROM component WHERE user_id = NEW.user_id AND run_id = NEW.run_id AND component = NEW.component);
  SELECT RAISE (ABORT, 'state_newer: what is remembered gives way to what is newer only')
    FROM runtime_state s
   WHERE s.user_id = NEW.user_id AND s.run_id = NEW.run_id AND s.component = NEW.component AND s.key = NEW.key AND NEW.number < s.number;
END;

CREATE TRIGGER runtime_state_update BEFORE UPDATE ON runtime_state
BEGIN
  SELECT RAISE (ABORT, 'run_not_running: rows of a run are accepted only while it is RUNNING')
   WHERE (SELECT state FROM strategy_run WHERE user_id = OLD.user_id AND run_id = OLD.run_id) IS NOT 'RUNNING';
  SELECT RAISE (ABORT, 'state_newer: what is remembered gives way to what is newer only')
   WHERE NEW.user_id <> OLD.user_id OR NEW.run_id <> OLD.run_id OR NEW.component <> OLD.component OR NEW.key <> OLD.key OR NEW.number < OLD.number;
END;

CREATE TRIGGER runtime_state_delete BEFORE DELETE ON runtime_state
WHEN EXISTS (SELECT 1 FROM strategy_run WHERE user_id = OLD.user_id AND run_id = OLD.run_id)
BEGIN
  SELECT RAISE (ABORT, 'append_only: this row leaves only together with its run');
END;

CREATE TRIGGER strategy_run_delete_runtime_state AFTER DELETE ON strategy_run
BEGIN
  DELETE FROM runtime_state WHERE user_id = OLD.user_id AND run_id = OLD.run_id;
END;

-- The last snapshot as a whole: what was not remembered any more is left out.
CREATE VIEW v_runtime_state AS
SELECT s.user_id,
  s.run_id,
  ifnull (c.name, 'run') AS component,
  s.key,
  s.value,
  s.number,
  strftime ('%Y-%m-%dT%H:%M:%SZ', s.updated_time / 1000000000, 'unixepoch') AS updated_time
FROM runtime_state s
  LEFT JOIN component c ON c.user_id = s.user_id AND c.run_id = s.run_id AND c.component = s.component
WHERE s.number = (SELECT max (number) FROM runtime_state n WHERE n.user_id = s.user_id AND n.run_id = s.run_id);
