-- SPDX-License-Identifier: LGPL-2.1-or-later
-- The ledger. Money, prices and sizes are integer mantissas: money at its currency's scale, prices and sizes at the scales of the
-- instrument; the views v_... show them as decimals. Times are nanoseconds since the epoch, UTC. The rules stand here, so that every
-- client is held to them. A refusal's text begins with the rule's name. SQLite checks foreign keys only for clients that ask for it (ours does), so
-- triggers say the same where it matters.
--
-- Never edit a migration that was released: a ledger keeps the checksums of those that made it. Statements end with ';' at the end of
-- a line; triggers with 'END;' on a line of its own.

CREATE TABLE power_of_ten (
  scale INTEGER NOT NULL PRIMARY KEY,
  power INTEGER NOT NULL
) STRICT;

INSERT INTO power_of_ten (scale, power) VALUES
  (0, 1), (1, 10), (2, 100), (3, 1000), (4, 10000), (5, 100000), (6, 1000000), (7, 10000000), (8, 100000000), (9, 1000000000),
  (10, 10000000000), (11, 100000000000), (12, 1000000000000), (13, 10000000000000), (14, 100000000000000), (15, 1000000000000000),
  (16, 10000000000000000), (17, 100000000000000000), (18, 1000000000000000000);

CREATE TABLE currency (
  code TEXT NOT NULL PRIMARY KEY,
  scale INTEGER NOT NULL REFERENCES power_of_ten (scale)
) STRICT, WITHOUT ROWID;

CREATE TRIGGER currency_scale_is_kept BEFORE INSERT ON currency
WHEN EXISTS (SELECT 1 FROM currency WHERE code = NEW.code AND scale <> NEW.scale)
BEGIN
  SELECT RAISE (ABORT, 'currency_scale_is_kept: the ledger keeps this currency at another scale');
END;

CREATE TRIGGER currency_is_kept BEFORE UPDATE ON currency
BEGIN
  SELECT RAISE (ABORT, 'currency_scale_is_kept: amounts are stored at this scale');
END;

-- The life of an order, filled by the program from its one table of states. order_reach is the closure: a row is written once for all
-- that happened to an order in one transaction, so it may pass over states in between; event_ledger holds every single step.

CREATE TABLE order_state (
  state TEXT NOT NULL PRIMARY KEY,
  is_final INTEGER NOT NULL CHECK (is_final IN (0, 1)),
  status TEXT NOT NULL CHECK (status IN ('PENDING', 'FILLED', 'REJECTED', 'CANCELED'))
) STRICT, WITHOUT ROWID;

CREATE TABLE order_transition (
  from_state TEXT NOT NULL REFERENCES order_state (state),
  to_state TEXT NOT NULL REFERENCES order_state (state),
  PRIMARY KEY (from_state, to_state)
) STRICT, WITHOUT ROWID;

CREATE TABLE order_reach (
  from_state TEXT NOT NULL REFERENCES order_state (state),
  to_state TEXT NOT NULL REFERENCES order_state (state),
  PRIMARY KEY (from_state, to_state)
) STRICT, WITHOUT ROWID;

-- Runs

CREATE TABLE strategy_run (
  run_number INTEGER NOT NULL PRIMARY KEY,
  user_id TEXT NOT NULL CONSTRAINT user_id_length CHECK (length (user_id) BETWEEN 1 AND 63),
  run_id TEXT NOT NULL CONSTRAINT run_id_length CHECK (length (run_id) BETWEEN 1 AND 63),
  pipeline TEXT NOT NULL,
  mode TEXT NOT NULL CONSTRAINT run_mode CHECK (mode IN ('BACKTEST', 'PAPER', 'LIVE')),
  seed TEXT NOT NULL,
  currency TEXT NOT NULL REFERENCES currency (code),
  state TEXT NOT NULL CONSTRAINT run_state CHECK (state IN ('CREATED', 'RUNNING', 'STOPPED', 'ERROR')),
  created_time INTEGER NOT NULL,
  started_time INTEGER,
  ended_time INTEGER,
  reason TEXT,
  UNIQUE (user_id, run_id)
) STRICT;

CREATE UNIQUE INDEX one_running_run_of_a_user ON strategy_run (user_id) WHERE state = 'RUNNING';

CREATE TRIGGER strategy_run_begins BEFORE INSERT ON strategy_run
WHEN NEW.state <> 'CREATED'
BEGIN
  SELECT RAISE (ABORT, 'run_transition: a run begins as CREATED');
END;

CREATE TRIGGER strategy_run_again BEFORE INSERT ON strategy_run
WHEN EXISTS (SELECT 1 FROM strategy_run WHERE user_id = NEW.user_id AND run_id = NEW.run_id)
BEGIN
  SELECT RAISE (ABORT, 'run_once: this user has a run of this id already');
END;

CREATE TRIGGER strategy_run_transition BEFORE UPDATE ON strategy_run
WHEN NOT (OLD.state = 'CREATED' AND NEW.state IN ('RUNNING', 'STOPPED', 'ERROR') OR OLD.state = 'RUNNING' AND NEW.state IN ('STOPPED', 'ERROR'))
BEGIN
  SELECT RAISE (ABORT, 'run_transition: CREATED may become RUNNING, STOPPED or ERROR, RUNNING may become STOPPED or ERROR, what ended stays so');
END;

CREATE TRIGGER strategy_run_identity BEFORE UPDATE ON strategy_run
WHEN NEW.run_number <> OLD.run_number OR NEW.user_id <> OLD.user_id OR NEW.run_id <> OLD.run_id OR NEW.pipeline <> OLD.pipeline
  OR NEW.mode <> OLD.mode OR NEW.seed <> OLD.seed OR NEW.currency <> OLD.currency OR NEW.created_time <> OLD.created_time
BEGIN
  SELECT RAISE (ABORT, 'run_identity: only state, times and reason of a run change');
END;

CREATE TABLE component (
  user_id TEXT NOT NULL,
  run_id TEXT NOT NULL,
  component INTEGER NOT NULL,
  kind TEXT NOT NULL CONSTRAINT component_kind CHECK (kind IN ('EXCHANGE', 'STRATEGY', 'GUARD', 'STORE', 'SERVICE')),
  name TEXT NOT NULL,
  plugin TEXT NOT NULL,
  PRIMARY KEY (user_id, run_id, component),
  FOREIGN KEY (user_id, run_id) REFERENCES strategy_run (user_id, run_id) ON DELETE CASCADE
) STRICT, WITHOUT ROWID;

CREATE TABLE instrument (
  user_id TEXT NOT NULL,
  run_id TEXT NOT NULL,
  instrument INTEGER NOT NULL,
  id TEXT NOT NULL,
  price_scale INTEGER NOT NULL REFERENCES power_of_ten (scale),
  size_scale INTEGER NOT NULL REFERENCES power_of_ten (scale),
  settlement TEXT NOT NULL CONSTRAINT instrument_settlement CHECK (settlement IN ('POSITION', 'DELIVERY')),
  base TEXT REFERENCES currency (code),
  quote TEXT NOT NULL REFERENCES currency (code),
  PRIMARY KEY (user_id, run_id, instrument),
  UNIQUE (user_id, run_id, id),
  FOREIGN KEY (user_id, run_id) REFERENCES strategy_run (user_id, run_id) ON DELETE CASCADE
) STRICT, WITHOUT ROWID;

CREATE TABLE run_cash (
  user_id TEXT NOT NULL,
  run_id TEXT NOT NULL,
  sequence INTEGER NOT NULL,
  logical_time INTEGER NOT NULL,
  exchange INTEGER NOT NULL,
  currency TEXT NOT NULL REFERENCES currency (code),
  amount INTEGER NOT NULL,
  reason TEXT NOT NULL,
  PRIMARY KEY (user_id, run_id, sequence),
  FOREIGN KEY (user_id, run_id) REFERENCES strategy_run (user_id, run_id) ON DELETE CASCADE,
  FOREIGN KEY (user_id, run_id, exchange) REFERENCES component (user_id, run_id, component)
) STRICT, WITHOUT ROWID;

-- Orders, fills and positions

CREATE TABLE paper_order (
  user_id TEXT NOT NULL,
  run_id TEXT NOT NULL,
  order_id INTEGER NOT NULL,
  strategy INTEGER,
  exchange INTEGER,
  instrument INTEGER,
  client_id TEXT NOT NULL,
  venue_id TEXT NOT NULL,
  side TEXT CONSTRAINT order_side CHECK (side IN ('BUY', 'SELL')),
  type TEXT CONSTRAINT order_type CHECK (type IN ('MARKET', 'LIMIT', 'STOP_MARKET', 'STOP_LIMIT')),
  time_in_force TEXT CONSTRAINT order_time_in_force CHECK (time_in_force IN ('GTC', 'IOC', 'FOK', 'DAY', 'GTD')),
  flags TEXT NOT NULL,
  quantity INTEGER NOT NULL,
  limit_price INTEGER,
  stop_price INTEGER,
  expire_time INTEGER,
  state TEXT NOT NULL REFERENCES order_state (state),
  filled_quantity INTEGER NOT NULL,
  filled_notional INTEGER NOT NULL,
  reason TEXT NOT NULL,
  created_time INTEGER NOT NULL,
  updated_time INTEGER NOT NULL,
  PRIMARY KEY (user_id, run_id, order_id),
  -- An impossible wish is recorded like any other, but it never gets further than its refusal.
  CONSTRAINT order_quantity_positive CHECK (quantity > 0 OR state IN ('INITIALIZED', 'DENIED', 'REJECTED')),
  CONSTRAINT order_complete CHECK (state IN ('INITIALIZED', 'DENIED', 'REJECTED')
    OR (exchange IS NOT NULL AND instrument IS NOT NULL AND side IS NOT NULL AND type IS NOT NULL AND time_in_force IS NOT NULL)),
  CONSTRAINT order_filled_within_quantity CHECK (filled_quantity BETWEEN 0 AND max (quantity, 0)),
  CONSTRAINT order_filled_whole CHECK (state <> 'FILLED' OR filled_quantity = quantity),
  FOREIGN KEY (user_id, run_id) REFERENCES strategy_run (user_id, run_id) ON DELETE CASCADE,
  FOREIGN KEY (user_id, run_id, strategy) REFERENCES component (user_id, run_id, component),
  FOREIGN KEY (user_id, run_id, exchange) REFERENCES component (user_id, run_id, component),
  FOREIGN KEY (user_id, run_id, instrument) REFERENCES instrument (user_id, run_id, instrument)
) STRICT, WITHOUT ROWID;

CREATE TRIGGER paper_order_insert BEFORE INSERT ON paper_order
BEGIN
  SELECT RAISE (ABORT, 'run_of_user: this user has no run of this id')
   WHERE NOT EXISTS (SELECT 1 FROM strategy_run WHERE user_id = NEW.user_id AND run_id = NEW.run_id);
  SELECT RAISE (ABORT, 'run_not_running: rows of a run are accepted only while it is RUNNING')
   WHERE (SELECT state FROM strategy_run WHERE user_id = NEW.user_id AND run_id = NEW.run_id) IS NOT 'RUNNING';
  SELECT RAISE (ABORT, 'order_transition: no order may go from its state to this one')
   WHERE NOT EXISTS (
     SELECT 1 FROM order_reach
      WHERE to_state = NEW.state
        AND from_state = ifnull ((SELECT state FROM paper_order WHERE user_id = NEW.user_id AND run_id = NEW.run_id AND order_id = NEW.order_id),
                                 'INITIALIZED'));
  SELECT RAISE (ABORT, 'order_identity: who asked for what does not change, and what was filled stays filled')
    FROM paper_order o
   WHERE o.user_id = NEW.user_id AND o.run_id = NEW.run_id AND o.order_id = NEW.order_id
     AND (NEW.strategy IS NOT o.strategy OR NEW.instrument IS NOT o.instrument OR NEW.side IS NOT o.side OR NEW.type IS NOT o.type
          OR NEW.client_id <> o.client_id OR NEW.filled_quantity < o.filled_quantity);
  SELECT RAISE (ABORT, 'order_of_run: the run has no such instrument or component')
   WHERE (NEW.instrument IS NOT NULL
          AND NOT EXISTS (SELECT 1 FROM instrument WHERE user_id = NEW.user_id AND run_id = NEW.run_id AND instrument = NEW.instrument))
      OR (NEW.strategy IS NOT NULL
          AND NOT EXISTS (SELECT 1 FROM component WHERE user_id = NEW.user_id AND run_id = NEW.run_id AND component = NEW.strategy))
      OR (NEW.exchange IS NOT NULL
          AND NOT EXISTS (SELECT 1 FROM component WHERE user_id = NEW.user_id AND run_id = NEW.run_id AND component = NEW.exchange));
END;

CREATE TRIGGER paper_order_update BEFORE UPDATE ON paper_order
BEGIN
  SELECT RAISE (ABORT, 'run_not_running: rows of a run are accepted only while it is RUNNING')
   WHERE (SELECT state FROM strategy_run WHERE user_id = OLD.user_id AND run_id = OLD.run_id) <> 'RUNNING';
  SELECT RAISE (ABORT, 'order_transition: no order may go from its state to this one')
   WHERE NOT EXISTS (SELECT 1 FROM order_reach WHERE from_state = OLD.state AND to_state = NEW.state);
  -- A fill that is told after the end still moves money and what was filled.
  SELECT RAISE (ABORT, 'order_final: what an order in a final state asked for stays as it is')
   WHERE (SELECT is_final FROM order_state WHERE state = OLD.state) = 1
     AND (NEW.quantity <> OLD.quantity OR NEW.limit_price IS NOT OLD.limit_price OR NEW.stop_price IS NOT OLD.stop_price);
  SELECT RAISE (ABORT, 'order_identity: who asked for what does not change')
   WHERE NEW.user_id <> OLD.user_id OR NEW.run_id <> OLD.run_id OR NEW.order_id <> OLD.order_id OR NEW.strategy IS NOT OLD.strategy
      OR NEW.instrument IS NOT OLD.instrument OR NEW.side IS NOT OLD.side OR NEW.type IS NOT OLD.type OR NEW.client_id <> OLD.client_id;
  SELECT RAISE (ABORT, 'order_unfilled: what was filled stays filled')
   WHERE NEW.filled_quantity < OLD.filled_quantity;
END;

CREATE TABLE paper_trade (
  user_id TEXT NOT NULL,
  run_id TEXT NOT NULL,
  sequence INTEGER NOT NULL,
  logical_time INTEGER NOT NULL,
  order_id INTEGER NOT NULL,
  strategy INTEGER NOT NULL,
  exchange INTEGER NOT NULL,
  instrument INTEGER NOT NULL,
  side TEXT NOT NULL CONSTRAINT trade_side CHECK (side IN ('BUY', 'SELL')),
  liquidity TEXT NOT NULL CONSTRAINT trade_liquidity CHECK (liquidity IN ('NONE', 'MAKER', 'TAKER')),
  venue_time INTEGER NOT NULL,
  price INTEGER NOT NULL,
  quantity INTEGER NOT NULL CONSTRAINT trade_quantity_positive CHECK (quantity > 0),
  notional INTEGER NOT NULL,
  fee INTEGER NOT NULL,
  fee_currency TEXT REFERENCES currency (code),
  realised_profit INTEGER NOT NULL,
  execution_id TEXT NOT NULL CONSTRAINT trade_execution_id CHECK (execution_id <> ''),
  PRIMARY KEY (user_id, run_id, sequence),
  UNIQUE (user_id, run_id, exchange, execution_id),
  CONSTRAINT trade_fee_currency CHECK (fee = 0 OR fee_currency IS NOT NULL),
  FOREIGN KEY (user_id, run_id) REFERENCES strategy_run (user_id, run_id) ON DELETE CASCADE,
  FOREIGN KEY (user_id, run_id, order_id) REFERENCES paper_order (user_id, run_id, order_id),
  FOREIGN KEY (user_id, run_id, exchange) REFERENCES component (user_id, run_id, component)
) STRICT, WITHOUT ROWID;

CREATE INDEX paper_trade_of_order ON paper_trade (user_id, run_id, order_id, quantity);

CREATE TRIGGER paper_trade_insert BEFORE INSERT ON paper_trade
BEGIN
  SELECT RAISE (ABORT, 'run_of_user: this user has no run of this id')
   WHERE NOT EXISTS (SELECT 1 FROM strategy_run WHERE user_id = NEW.user_id AND run_id = NEW.run_id);
  SELECT RAISE (ABORT, 'run_not_running: rows of a run are accepted only while it is RUNNING')
   WHERE (SELECT state FROM strategy_run WHERE user_id = NEW.user_id AND run_id = NEW.run_id) IS NOT 'RUNNING';
  SELECT RAISE (ABORT, 'execution_once: this execution of this venue is in the ledger already')
   WHERE EXISTS (SELECT 1 FROM paper_trade
                  WHERE user_id = NEW.user_id AND run_id = NEW.run_id AND exchange = NEW.exchange AND execution_id = NEW.execution_id);
  SELECT RAISE (ABORT, 'record_once: a record of this sequence number is in the ledger already')
   WHERE EXISTS (SELECT 1 FROM paper_trade WHERE user_id = NEW.user_id AND run_id = NEW.run_id AND sequence = NEW.sequence);
  SELECT RAISE (ABORT, 'trade_of_order: a trade is of an order that is there, and of its strategy, venue, instrument and side')
   WHERE NOT EXISTS (
     SELECT 1 FROM paper_order o
      WHERE o.user_id = NEW.user_id AND o.run_id = NEW.run_id AND o.order_id = NEW.order_id
        AND o.strategy IS NEW.strategy AND o.exchange IS NEW.exchange AND o.instrument IS NEW.instrument AND o.side IS NEW.side);
  SELECT RAISE (ABORT, 'trade_within_order: the trades of an order are not more than what it says was filled')
    FROM paper_order o
   WHERE o.user_id = NEW.user_id AND o.run_id = NEW.run_id AND o.order_id = NEW.order_id
     AND o.filled_quantity < NEW.quantity
         + (SELECT ifnull (sum (t.quantity), 0) FROM paper_trade t
             WHERE t.user_id = NEW.user_id AND t.run_id = NEW.run_id AND t.order_id = NEW.order_id);
END;

CREATE TABLE paper_position (
  user_id TEXT NOT NULL,
  run_id TEXT NOT NULL,
  strategy INTEGER NOT NULL,
  instrument INTEGER NOT NULL,
  quantity INTEGER NOT NULL,
  cost INTEGER NOT NULL,
  realised_profit INTEGER NOT NULL,
  fees INTEGER NOT NULL,
  n_fills INTEGER NOT NULL,
  n_trades INTEGER NOT NULL,
  n_wins INTEGER NOT NULL,
  trade_profit INTEGER NOT NULL,
  updated_time INTEGER NOT NULL,
  PRIMARY KEY (user_id, run_id, strategy, instrument),
  CONSTRAINT position_counts CHECK (n_fills >= n_trades AND n_trades >= n_wins AND n_wins >= 0),
  FOREIGN KEY (user_id, run_id) REFERENCES strategy_run (user_id, run_id) ON DELETE CASCADE,
  FOREIGN KEY (user_id, run_id, strategy) REFERENCES component (user_id, run_id, component),
  FOREIGN KEY (user_id, run_id, instrument) REFERENCES instrument (user_id, run_id, instrument)
) STRICT, WITHOUT ROWID;

CREATE TRIGGER paper_position_insert BEFORE INSERT ON paper_position
BEGIN
  SELECT RAISE (ABORT, 'run_of_user: this user has no run of this id')
   WHERE NOT EXISTS (SELECT 1 FROM strategy_run WHERE user_id = NEW.user_id AND run_id = NEW.run_id);
  SELECT RAISE (ABORT, 'run_not_running: rows of a run are accepted only while it is RUNNING')
   WHERE (SELECT state FROM strategy_run WHERE user_id = NEW.user_id AND run_id = NEW.run_id) IS NOT 'RUNNING';
  SELECT RAISE (ABORT, 'position_identity: the fills of a position are not undone')
    FROM paper_position p
   WHERE p.user_id = NEW.user_id AND p.run_id = NEW.run_id AND p.strategy = NEW.strategy AND p.instrument = NEW.instrument
     AND NEW.n_fills < p.n_fills;
  SELECT RAISE (ABORT, 'position_of_run: the run has no such instrument or strategy')
   WHERE NOT EXISTS (SELECT 1 FROM instrument WHERE user_id = NEW.user_id AND run_id = NEW.run_id AND instrument = NEW.instrument)
      OR NOT EXISTS (SELECT 1 FROM component WHERE user_id = NEW.user_id AND run_id = NEW.run_id AND component = NEW.strategy);
END;

CREATE TRIGGER paper_position_update BEFORE UPDATE ON paper_position
BEGIN
  SELECT RAISE (ABORT, 'run_not_running: rows of a run are accepted only while it is RUNNING')
   WHERE (SELECT state FROM strategy_run WHERE user_id = OLD.user_id AND run_id = OLD.run_id) <> 'RUNNING';
  SELECT RAISE (ABORT, 'position_identity: a position stays its strategy''s and its instrument''s, and its fills are not undone')
   WHERE NEW.user_id <> OLD.user_id OR NEW.run_id <> OLD.run_id OR NEW.strategy <> OLD.strategy OR NEW.instrument <> OLD.instrument
      OR NEW.n_fills < OLD.n_fills;
END;

-- Time: one row a tick

CREATE TABLE mtm_ledger (
  user_id TEXT NOT NULL,
  run_id TEXT NOT NULL,
  logical_time INTEGER NOT NULL,
  sequence INTEGER NOT NULL,
  tick INTEGER NOT NULL CONSTRAINT tick_from_one CHECK (tick >= 1),
  currency TEXT NOT NULL REFERENCES currency (code),
  cash INTEGER NOT NULL,
  mark_to_market INTEGER NOT NULL,
  equity INTEGER NOT NULL,
  n_unpriced INTEGER NOT NULL CHECK (n_unpriced >= 0),
  realised_profit INTEGER NOT NULL,
  fees INTEGER NOT NULL,
  PRIMARY KEY (user_id, run_id, logical_time),
  CONSTRAINT equity_is_cash_plus_mark_to_market CHECK (equity = cash + mark_to_market),
  FOREIGN KEY (user_id, run_id) REFERENCES strategy_run (user_id, run_id) ON DELETE CASCADE
) STRICT, WITHOUT ROWID;

CREATE TRIGGER mtm_ledger_insert BEFORE INSERT ON mtm_ledger
BEGIN
  SELECT RAISE (ABORT, 'run_of_user: this user has no run of this id')
   WHERE NOT EXISTS (SELECT 1 FROM strategy_run WHERE user_id = NEW.user_id AND run_id = NEW.run_id);
  SELECT RAISE (ABORT, 'run_not_running: rows of a run are accepted only while it is RUNNING')
   WHERE (SELECT state FROM strategy_run WHERE user_id = NEW.user_id AND run_id = NEW.run_id) IS NOT 'RUNNING';
  SELECT RAISE (ABORT, 'logical_time_once: the ledger has this logical time of this run already')
   WHERE EXISTS (SELECT 1 FROM mtm_ledger WHERE user_id = NEW.user_id AND run_id = NEW.run_id AND logical_time = NEW.logical_time);
END;

CREATE TABLE paper_equity_curve (
  user_id TEXT NOT NULL,
  run_id TEXT NOT NULL,
  logical_time INTEGER NOT NULL,
  equity INTEGER NOT NULL,
  peak INTEGER NOT NULL,
  drawdown INTEGER NOT NULL,
  PRIMARY KEY (user_id, run_id, logical_time),
  CONSTRAINT drawdown_is_peak_less_equity CHECK (drawdown >= 0 AND drawdown = peak - equity),
  FOREIGN KEY (user_id, run_id) REFERENCES strategy_run (user_id, run_id) ON DELETE CASCADE,
  FOREIGN KEY (user_id, run_id, logical_time) REFERENCES mtm_ledger (user_id, run_id, logical_time)
) STRICT, WITHOUT ROWID;

CREATE TRIGGER paper_equity_curve_insert BEFORE INSERT ON paper_equity_curve
BEGIN
  SELECT RAISE (ABORT, 'run_of_user: this user has no run of this id')
   WHERE NOT EXISTS (SELECT 1 FROM strategy_run WHERE user_id = NEW.user_id AND run_id = NEW.run_id);
  SELECT RAISE (ABORT, 'run_not_running: rows of a run are accepted only while it is RUNNING')
   WHERE (SELECT state FROM strategy_run WHERE user_id = NEW.user_id AND run_id = NEW.run_id) IS NOT 'RUNNING';
  SELECT RAISE (ABORT, 'logical_time_once: the ledger has this logical time of this run already')
   WHERE EXISTS (SELECT 1 FROM paper_equity_curve WHERE user_id = NEW.user_id AND run_id = NEW.run_id AND logical_time = NEW.logical_time);
  SELECT RAISE (ABORT, 'equity_of_mtm_ledger: there is no mark-to-market row of this logical time with this equity')
   WHERE NOT EXISTS (
     SELECT 1 FROM mtm_ledger m
      WHERE m.user_id = NEW.user_id AND m.run_id = NEW.run_id AND m.logical_time = NEW.logical_time AND m.equity = NEW.equity);
END;

-- What else happened, one row a record. An order's steps carry the states they went from and to.

CREATE TABLE event_ledger (
  user_id TEXT NOT NULL,
  run_id TEXT NOT NULL,
  sequence INTEGER NOT NULL,
  logical_time INTEGER NOT NULL,
  kind TEXT NOT NULL CONSTRAINT event_kind CHECK (kind IN ('RUN', 'TRADING_STATE', 'ORDER', 'VERDICT', 'ALERT', 'NOTE')),
  name TEXT NOT NULL CONSTRAINT event_name CHECK (name <> ''),
  component INTEGER,
  order_id INTEGER,
  from_state TEXT,
  to_state TEXT,
  severity TEXT CONSTRAINT event_severity CHECK (severity IN ('INFO', 'WARNING', 'ERROR', 'CRITICAL')),
  detail TEXT NOT NULL,
  PRIMARY KEY (user_id, run_id, sequence),
  CONSTRAINT event_of_order CHECK (kind NOT IN ('ORDER', 'VERDICT') OR order_id IS NOT NULL),
  FOREIGN KEY (user_id, run_id) REFERENCES strategy_run (user_id, run_id) ON DELETE CASCADE,
  FOREIGN KEY (user_id, run_id, order_id) REFERENCES paper_order (user_id, run_id, order_id),
  FOREIGN KEY (user_id, run_id, component) REFERENCES component (user_id, run_id, component),
  FOREIGN KEY (from_state, to_state) REFERENCES order_transition (from_state, to_state)
) STRICT, WITHOUT ROWID;

CREATE TRIGGER event_ledger_insert BEFORE INSERT ON event_ledger
BEGIN
  SELECT RAISE (ABORT, 'run_of_user: this user has no run of this id')
   WHERE NOT EXISTS (SELECT 1 FROM strategy_run WHERE user_id = NEW.user_id AND run_id = NEW.run_id);
  SELECT RAISE (ABORT, 'run_not_running: events of a run are accepted only while it is CREATED or RUNNING')
   WHERE ifnull ((SELECT state FROM strategy_run WHERE user_id = NEW.user_id AND run_id = NEW.run_id), '') NOT IN ('CREATED', 'RUNNING');
  SELECT RAISE (ABORT, 'record_once: a record of this sequence number is in the ledger already')
   WHERE EXISTS (SELECT 1 FROM event_ledger WHERE user_id = NEW.user_id AND run_id = NEW.run_id AND sequence = NEW.sequence);
  SELECT RAISE (ABORT, 'event_of_order: the run has no such order')
   WHERE NEW.order_id IS NOT NULL
     AND NOT EXISTS (SELECT 1 FROM paper_order WHERE user_id = NEW.user_id AND run_id = NEW.run_id AND order_id = NEW.order_id);
  SELECT RAISE (ABORT, 'order_transition: no order may go from this state to that one in one step')
   WHERE NEW.to_state IS NOT NULL
     AND NOT (NEW.from_state IS NULL AND NEW.to_state = 'INITIALIZED')
     AND NOT EXISTS (SELECT 1 FROM order_transition WHERE from_state = NEW.from_state AND to_state = NEW.to_state);
END;

CREATE TRIGGER component_insert BEFORE INSERT ON component
BEGIN
  SELECT RAISE (ABORT, 'run_of_user: this user has no run of this id')
   WHERE NOT EXISTS (SELECT 1 FROM strategy_run WHERE user_id = NEW.user_id AND run_id = NEW.run_id);
  SELECT RAISE (ABORT, 'run_not_running: rows of a run are accepted only while it is CREATED or RUNNING')
   WHERE ifnull ((SELECT state FROM strategy_run WHERE user_id = NEW.user_id AND run_id = NEW.run_id), '') NOT IN ('CREATED', 'RUNNING');
  SELECT RAISE (ABORT, 'component_once: this run has a component of this number already')
   WHERE EXISTS (SELECT 1 FROM component WHERE user_id = NEW.user_id AND run_id = NEW.run_id AND component = NEW.component);
END;

CREATE TRIGGER instrument_insert BEFORE INSERT ON instrument
BEGIN
  SELECT RAISE (ABORT, 'run_of_user: this user has no run of this id')
   WHERE NOT EXISTS (SELECT 1 FROM strategy_run WHERE user_id = NEW.user_id AND run_id = NEW.run_id);
  SELECT RAISE (ABORT, 'run_not_running: rows of a run are accepted only while it is CREATED or RUNNING')
   WHERE ifnull ((SELECT state FROM strategy_run WHERE user_id = NEW.user_id AND run_id = NEW.run_id), '') NOT IN ('CREATED', 'RUNNING');
  SELECT RAISE (ABORT, 'instrument_once: this run has an instrument of this number or id already')
   WHERE EXISTS (SELECT 1 FROM instrument
                  WHERE user_id = NEW.user_id AND run_id = NEW.run_id AND (instrument = NEW.instrument OR id = NEW.id));
END;

CREATE TRIGGER run_cash_insert BEFORE INSERT ON run_cash
BEGIN
  SELECT RAISE (ABORT, 'run_of_user: this user has no run of this id')
   WHERE NOT EXISTS (SELECT 1 FROM strategy_run WHERE user_id = NEW.user_id AND run_id = NEW.run_id);
  SELECT RAISE (ABORT, 'run_not_running: rows of a run are accepted only while it is CREATED or RUNNING')
   WHERE ifnull ((SELECT state FROM strategy_run WHERE user_id = NEW.user_id AND run_id = NEW.run_id), '') NOT IN ('CREATED', 'RUNNING');
  SELECT RAISE (ABORT, 'record_once: a record of this sequence number is in the ledger already')
   WHERE EXISTS (SELECT 1 FROM run_cash WHERE user_id = NEW.user_id AND run_id = NEW.run_id AND sequence = NEW.sequence);
END;

-- A run goes with all its rows. The foreign keys say so too, but SQLite heeds them only where a client asks for it.

CREATE TRIGGER strategy_run_delete AFTER DELETE ON strategy_run
BEGIN
  DELETE FROM event_ledger WHERE user_id = OLD.user_id AND run_id = OLD.run_id;
  DELETE FROM paper_equity_curve WHERE user_id = OLD.user_id AND run_id = OLD.run_id;
  DELETE FROM mtm_ledger WHERE user_id = OLD.user_id AND run_id = OLD.run_id;
  DELETE FROM paper_trade WHERE user_id = OLD.user_id AND run_id = OLD.run_id;
  DELETE FROM paper_position WHERE user_id = OLD.user_id AND run_id = OLD.run_id;
  DELETE FROM paper_order WHERE user_id = OLD.user_id AND run_id = OLD.run_id;
  DELETE FROM run_cash WHERE user_id = OLD.user_id AND run_id = OLD.run_id;
  DELETE FROM instrument WHERE user_id = OLD.user_id AND run_id = OLD.run_id;
  DELETE FROM component WHERE user_id = OLD.user_id AND run_id = OLD.run_id;
END;

-- What was written stays: facts are not changed, and rows leave only together with their run.

CREATE TRIGGER component_update BEFORE UPDATE ON component
BEGIN
  SELECT RAISE (ABORT, 'append_only: this row is never changed');
END;

CREATE TRIGGER instrument_update BEFORE UPDATE ON instrument
BEGIN
  SELECT RAISE (ABORT, 'append_only: this row is never changed');
END;

CREATE TRIGGER run_cash_update BEFORE UPDATE ON run_cash
BEGIN
  SELECT RAISE (ABORT, 'append_only: this row is never changed');
END;

CREATE TRIGGER paper_trade_update BEFORE UPDATE ON paper_trade
BEGIN
  SELECT RAISE (ABORT, 'append_only: this row is never changed');
END;

CREATE TRIGGER mtm_ledger_update BEFORE UPDATE ON mtm_ledger
BEGIN
  SELECT RAISE (ABORT, 'append_only: this row is never changed');
END;

CREATE TRIGGER paper_equity_curve_update BEFORE UPDATE ON paper_equity_curve
BEGIN
  SELECT RAISE (ABORT, 'append_only: this row is never changed');
END;

CREATE TRIGGER event_ledger_update BEFORE UPDATE ON event_ledger
BEGIN
  SELECT RAISE (ABORT, 'append_only: this row is never changed');
END;

CREATE TRIGGER component_delete BEFORE DELETE ON component
WHEN EXISTS (SELECT 1 FROM strategy_run WHERE user_id = OLD.user_id AND run_id = OLD.run_id)
BEGIN
  SELECT RAISE (ABORT, 'append_only: this row leaves only together with its run');
END;

CREATE TRIGGER instrument_delete BEFORE DELETE ON instrument
WHEN EXISTS (SELECT 1 FROM strategy_run WHERE user_id = OLD.user_id AND run_id = OLD.run_id)
BEGIN
  SELECT RAISE (ABORT, 'append_only: this row leaves only together with its run');
END;

CREATE TRIGGER run_cash_delete BEFORE DELETE ON run_cash
WHEN EXISTS (SELECT 1 FROM strategy_run WHERE user_id = OLD.user_id AND run_id = OLD.run_id)
BEGIN
  SELECT RAISE (ABORT, 'append_only: this row leaves only together with its run');
END;

CREATE TRIGGER paper_order_delete BEFORE DELETE ON paper_order
WHEN EXISTS (SELECT 1 FROM strategy_run WHERE user_id = OLD.user_id AND run_id = OLD.run_id)
BEGIN
  SELECT RAISE (ABORT, 'append_only: this row leaves only together with its run');
END;

CREATE TRIGGER paper_trade_delete BEFORE DELETE ON paper_trade
WHEN EXISTS (SELECT 1 FROM strategy_run WHERE user_id = OLD.user_id AND run_id = OLD.run_id)
BEGIN
  SELECT RAISE (ABORT, 'append_only: this row leaves only together with its run');
END;

CREATE TRIGGER paper_position_delete BEFORE DELETE ON paper_position
WHEN EXISTS (SELECT 1 FROM strategy_run WHERE user_id = OLD.user_id AND run_id = OLD.run_id)
BEGIN
  SELECT RAISE (ABORT, 'append_only: this row leaves only together with its run');
END;

CREATE TRIGGER mtm_ledger_delete BEFORE DELETE ON mtm_ledger
WHEN EXISTS (SELECT 1 FROM strategy_run WHERE user_id = OLD.user_id AND run_id = OLD.run_id)
BEGIN
  SELECT RAISE (ABORT, 'append_only: this row leaves only together with its run');
END;

CREATE TRIGGER paper_equity_curve_delete BEFORE DELETE ON paper_equity_curve
WHEN EXISTS (SELECT 1 FROM strategy_run WHERE user_id = OLD.user_id AND run_id = OLD.run_id)
BEGIN
  SELECT RAISE (ABORT, 'append_only: this row leaves only together with its run');
END;

CREATE TRIGGER event_ledger_delete BEFORE DELETE ON event_ledger
WHEN EXISTS (SELECT 1 FROM strategy_run WHERE user_id = OLD.user_id AND run_id = OLD.run_id)
BEGIN
  SELECT RAISE (ABORT, 'append_only: this row leaves only together with its run');
END;
