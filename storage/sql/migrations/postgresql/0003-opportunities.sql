-- SPDX-License-Identifier: LGPL-2.1-or-later
-- What arbitrage strategies found, executed or not: one row an opportunity. Money is at its currency's scale, so that it can be summed by user,
-- run and currency; rates are at scale 12 (1.000016 = 1000016000000), percentages at scale 10, where (rate - 1) * 100 is the same
-- digits less 10^12, exactly.

CREATE TABLE opportunities (
  user_id text COLLATE "C" NOT NULL,
  run_id text COLLATE "C" NOT NULL,
  sequence bigint NOT NULL,
  detected_at bigint NOT NULL,
  number bigint NOT NULL CONSTRAINT opportunity_from_one CHECK (number >= 1),
  component bigint NOT NULL,
  cycle text NOT NULL CONSTRAINT opportunity_cycle CHECK (cycle <> ''),
  updated_pair bigint,
  n_legs bigint NOT NULL CONSTRAINT opportunity_legs CHECK (n_legs >= 0),
  executed bigint NOT NULL CONSTRAINT opportunity_executed CHECK (executed IN (0, 1)),
  currency text NOT NULL REFERENCES currency (code),
  gross_rate bigint NOT NULL,
  net_rate bigint NOT NULL,
  gross_pct bigint NOT NULL,
  net_pct bigint NOT NULL,
  est_profit bigint NOT NULL,
  allocated_capital bigint NOT NULL,
  CONSTRAINT record_once_opportunity PRIMARY KEY (user_id, run_id, sequence),
  CONSTRAINT opportunity_pct_of_rate CHECK (gross_pct = gross_rate - 1000000000000 AND net_pct = net_rate - 1000000000000),
  CONSTRAINT run_of_user FOREIGN KEY (user_id, run_id) REFERENCES strategy_run (user_id, run_id) ON DELETE CASCADE,
  CONSTRAINT opportunity_of_run_component FOREIGN KEY (user_id, run_id, component) REFERENCES component (user_id, run_id, component),
  CONSTRAINT opportunity_of_run_instrument FOREIGN KEY (user_id, run_id, updated_pair) REFERENCES instrument (user_id, run_id, instrument)
);

CREATE TRIGGER a_run_of_opportunities_insert AFTER INSERT ON opportunities REFERENCING NEW TABLE AS new_rows
  FOR EACH STATEMENT EXECUTE FUNCTION ledger_hold_run ();
CREATE TRIGGER opportunities_update BEFORE UPDATE ON opportunities
  FOR EACH ROW EXECUTE FUNCTION ledger_refuse ('append_only: this row is never changed');
CREATE TRIGGER opportunities_delete AFTER DELETE ON opportunities REFERENCING OLD TABLE AS old_rows
  FOR EACH STATEMENT EXECUTE FUNCTION ledger_keep_rows ();
CREATE TRIGGER opportunities_truncate BEFORE TRUNCATE ON opportunities
  FOR EACH STATEMENT EXECUTE FUNCTION ledger_refuse ('append_only: rows leave only together with their run');

CREATE VIEW v_opportunities AS
SELECT o.user_id,
  o.run_id,
  o.sequence,
  o.number,
  ledger_time (o.detected_at) AS detected_at,
  s.name AS component,
  o.cycle,
  i.id AS updated_pair,
  o.n_legs,
  o.executed,
  ledger_decimal (o.gross_rate, 12) AS gross_rate,
  ledger_decimal (o.net_rate, 12) AS net_rate,
  ledger_decimal (o.gross_pct, 10) AS gross_pct,
  ledger_decimal (o.net_pct, 10) AS net_pct,
  ledger_decimal (o.est_profit, cs.scale) AS est_profit,
  ledger_decimal (o.allocated_capital, cs.scale) AS allocated_capital,
  o.currency
FROM opportunities o
  JOIN currency c ON c.code = o.currency
  JOIN power_of_ten cs ON cs.scale = c.scale
  LEFT JOIN component s ON s.user_id = o.user_id AND s.run_id = o.run_id AND s.component = o.component
  LEFT JOIN instrument i ON i.user_id = o.user_id AND i.run_id = o.run_id AND i.instrument = o.updated_pair;
