-- SPDX-License-Identifier: LGPL-2.1-or-later
-- What arbitrage strategies found, executed or not: one row an opportunity. Money is at its currency's scale, so that it can be summed by user,
-- run and currency; rates are at scale 12 (1.000016 = 1000016000000), percentages at scale 10, where (rate - 1) * 100 is the same
-- digits less 10^12, exactly.

CREATE TABLE opportunities (
  user_id TEXT NOT NULL,
  run_id TEXT NOT NULL,
  sequence INTEGER NOT NULL,
  detected_at INTEGER NOT NULL,
  number INTEGER NOT NULL CONSTRAINT opportunity_from_one CHECK (number >= 1),
  component INTEGER NOT NULL,
  cycle TEXT NOT NULL CONSTRAINT opportunity_cycle CHECK (cycle <> ''),
  updated_pair INTEGER,
  n_legs INTEGER NOT NULL CONSTRAINT opportunity_legs CHECK (n_legs >= 0),
  executed INTEGER NOT NULL CONSTRAINT opportunity_executed CHECK (executed IN (0, 1)),
  currency TEXT NOT NULL REFERENCES currency (code),
  gross_rate INTEGER NOT NULL,
  net_rate INTEGER NOT NULL,
  gross_pct INTEGER NOT NULL,
  net_pct INTEGER NOT NULL,
  est_profit INTEGER NOT NULL,
  allocated_capital INTEGER NOT NULL,
  PRIMARY KEY (user_id, run_id, sequence),
  CONSTRAINT opportunity_pct_of_rate CHECK (gross_pct = gross_rate - 1000000000000 AND net_pct = net_rate - 1000000000000),
  FOREIGN KEY (user_id, run_id) REFERENCES strategy_run (user_id, run_id) ON DELETE CASCADE,
  FOREIGN KEY (user_id, run_id, component) REFERENCES component (user_id, run_id, component),
  FOREIGN KEY (user_id, run_id, updated_pair) REFERENCES instrument (user_id, run_id, instrument)
) STRICT, WITHOUT ROWID;

CREATE TRIGGER opportunities_insert BEFORE INSERT ON opportunities
BEGIN
  SELECT RAISE (ABORT, 'run_of_user: this user has no run of this id')
   WHERE NOT EXISTS (SELECT 1 FROM strategy_run WHERE user_id = NEW.user_id AND run_id = NEW.run_id);
  SELECT RAISE (ABORT, 'run_not_running: rows of a run are accepted only while it is RUNNING')
   WHERE (SELECT state FROM strategy_run WHERE user_id = NEW.user_id AND run_id = NEW.run_id) IS NOT 'RUNNING';
  SELECT RAISE (ABORT, 'record_once: a record of this sequence number is in the ledger already')
   WHERE EXISTS (SELECT 1 FROM opportunities WHERE user_id = NEW.user_id AND run_id = NEW.run_id AND sequence = NEW.sequence);
  SELECT RAISE (ABORT, 'opportunity_of_run: the run has no such instrument or component')
   WHERE (NEW.updated_pair IS NOT NULL
          AND NOT EXISTS (SELECT 1 FROM instrument WHERE user_id = NEW.user_id AND run_id = NEW.run_id AND instrument = NEW.updated_pair))
      OR NOT EXISTS (SELECT 1 FROM component WHERE user_id = NEW.user_id AND run_id = NEW.run_id AND component = NEW.component);
END;

CREATE TRIGGER opportunities_update BEFORE UPDATE ON opportunities
BEGIN
  SELECT RAISE (ABORT, 'append_only: this row is never changed');
END;

CREATE TRIGGER opportunities_delete BEFORE DELETE ON opportunities
WHEN EXISTS (SELECT 1 FROM strategy_run WHERE user_id = OLD.user_id AND run_id = OLD.run_id)
BEGIN
  SELECT RAISE (ABORT, 'append_only: this row leaves only together with its run');
END;

CREATE TRIGGER strategy_run_delete_opportunities AFTER DELETE ON strategy_run
BEGIN
  DELETE FROM opportunities WHERE user_id = OLD.user_id AND run_id = OLD.run_id;
END;

CREATE VIEW v_opportunities AS
SELECT o.user_id,
  o.run_id,
  o.sequence,
  o.number,
  strftime ('%Y-%m-%dT%H:%M:%SZ', o.detected_at / 1000000000, 'unixepoch') AS detected_at,
  s.name AS component,
  o.cycle,
  i.id AS updated_pair,
  o.n_legs,
  o.executed,
  iif (o.gross_rate < 0, '-', '') || abs (o.gross_rate / 1000000000000) || '.' || printf ('%012d', abs (o.gross_rate % 1000000000000)) AS gross_rate,
  iif (o.net_rate < 0, '-', '') || abs (o.net_rate / 1000000000000) || '.' || printf ('%012d', abs (o.net_rate % 1000000000000)) AS net_rate,
  iif (o.gross_pct < 0, '-', '') || abs (o.gross_pct / 10000000000) || '.' || printf ('%010d', abs (o.gross_pct % 10000000000)) AS gross_pct,
  iif (o.net_pct < 0, '-', '') || abs (o.net_pct / 10000000000) || '.' || printf ('%010d', abs (o.net_pct % 10000000000)) AS net_pct,
  iif (o.est_profit < 0, '-', '')
    || abs (o.est_profit / cs.power)
    || iif (cs.scale > 0, '.' || printf ('%0*d', cs.scale, abs (o.est_profit % cs.power)), '') AS est_profit,
  iif (o.allocated_capital < 0, '-', '')
    || abs (o.allocated_capital / cs.power)
    || iif (cs.scale > 0, '.' || printf ('%0*d', cs.scale, abs (o.allocated_capital % cs.power)), '') AS allocated_capital,
  o.currency
FROM opportunities o
  JOIN currency c ON c.code = o.currency
  JOIN power_of_ten cs ON cs.scale = c.scale
  LEFT JOIN component s ON s.user_id = o.user_id AND s.run_id = o.run_id AND s.component = o.component
  LEFT JOIN instrument i ON i.user_id = o.user_id AND i.run_id = o.run_id AND i.instrument = o.updated_pair;
