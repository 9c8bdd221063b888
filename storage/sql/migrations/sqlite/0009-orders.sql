-- SPDX-License-Identifier: LGPL-2.1-or-later
-- Orders and events, the tables with most rows, are checked once a row and not twice: every reference was looked up by a trigger and again by a
-- foreign key, and the run by four statements. The foreign keys go (as on PostgreSQL, where a trigger stands for them too), and what they said alone
-- is said by the triggers: the component of an event, the exchange of a changed order. Whoever opens the file is held to it, not only
-- clients that ask for foreign keys. The tables of an order's life, which nothing refers to any more, are closed to changes.
--
-- SQLite changes a table by making it anew. Views and triggers that name it stay as they are, which is what the older way of renaming is for; a
-- reference is renamed with what it refers to.

-- A list of three or more in a CHECK is a table that SQLite fills anew for each row it is asked of; one of two is compared with.

CREATE TABLE new_paper_order (
  user_id TEXT NOT NULL,
  run_id TEXT NOT NULL,
  order_id INTEGER NOT NULL,
  strategy INTEGER,
  exchange INTEGER,
  instrument INTEGER,
  client_id TEXT NOT NULL,
  venue_id TEXT NOT NULL,
  side TEXT CONSTRAINT order_side CHECK (side IN ('BUY', 'SELL')),
  type TEXT CONSTRAINT order_type CHECK (type IN ('MARKET', 'LIMIT') OR type IN ('STOP_MARKET', 'STOP_LIMIT')),
  time_in_force TEXT CONSTRAINT order_time_in_force CHECK (
    time_in_force IN ('GTC', 'IOC') OR time_in_force IN ('FOK', 'DAY') OR time_in_force = 'GTD'),
  flags TEXT NOT NULL,
  quantity INTEGER NOT NULL,
  limit_price INTEGER,
  stop_price INTEGER,
  expire_time INTEGER,
  state TEXT NOT NULL,
  filled_quantity INTEGER NOT NULL,
  filled_notional INTEGER NOT NULL,
  reason TEXT NOT NULL,
  created_time INTEGER NOT NULL,
  updated_time INTEGER NOT NULL,
  PRIMARY KEY (user_id, run_id, order_id),
  -- An impossible wish is recorded like any other, but it never gets further than its refusal.
  CONSTRAINT order_quantity_positive CHECK (quantity > 0 OR state IN ('INITIALIZED', 'DENIED') OR state = 'REJECTED'),
  CONSTRAINT order_complete CHECK (state IN ('INITIALIZED', 'DENIED') OR state = 'REJECTED'
    OR (exchange IS NOT NULL AND instrument IS NOT NULL AND side IS NOT NULL AND type IS NOT NULL AND time_in_force IS NOT NULL)),
  CONSTRAINT order_filled_within_quantity CHECK (filled_quantity = 0 OR filled_quantity > 0 AND filled_quantity <= quantity),
  CONSTRAINT order_filled_whole CHECK (state <> 'FILLED' OR filled_quantity = quantity)
) STRICT, WITHOUT ROWID;

INSERT INTO new_paper_order SELECT * FROM paper_order;

CREATE TABLE new_paper_trade (
  user_id TEXT NOT NULL,
  run_id TEXT NOT NULL,
  sequence INTEGER NOT NULL,
  logical_time INTEGER NOT NULL,
  order_id INTEGER NOT NULL,
  strategy INTEGER NOT NULL,
  exchange INTEGER NOT NULL,
  instrument INTEGER NOT NULL,
  side TEXT NOT NULL CONSTRAINT trade_side CHECK (side IN ('BUY', 'SELL')),
  liquidity TEXT NOT NULL CONSTRAINT trade_liquidity CHECK (liquidity IN ('MAKER', 'TAKER') OR liquidity = 'NONE'),
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
  FOREIGN KEY (user_id, run_id, order_id) REFERENCES new_paper_order (user_id, run_id, order_id),
  FOREIGN KEY (user_id, run_id, exchange) REFERENCES component (user_id, run_id, component)
) STRICT, WITHOUT ROWID;

INSERT INTO new_paper_trade SELECT * FROM paper_trade;

CREATE TABLE new_event_ledger (
  user_id TEXT NOT NULL,
  run_id TEXT NOT NULL,
  sequence INTEGER NOT NULL,
  logical_time INTEGER NOT NULL,
  kind TEXT NOT NULL CONSTRAINT event_kind CHECK (kind IN ('ORDER', 'VERDICT') OR kind IN ('RUN', 'TRADING_STATE') OR kind IN ('ALERT', 'NOTE')),
  name TEXT NOT NULL CONSTRAINT event_name CHECK (name <> ''),
  component INTEGER,
  order_id INTEGER,
  from_state TEXT,
  to_state TEXT,
  severity TEXT CONSTRAINT event_severity CHECK (severity IN ('INFO', 'WARNING') OR severity IN ('ERROR', 'CRITICAL')),
  detail TEXT NOT NULL,
  PRIMARY KEY (user_id, run_id, sequence),
  CONSTRAINT event_of_order CHECK (kind NOT IN ('ORDER', 'VERDICT') OR order_id IS NOT NULL)
) STRICT, WITHOUT ROWID;

INSERT INTO new_event_ledger SELECT * FROM event_ledger;

CREATE TABLE new_audit (
  user_id TEXT NOT NULL,
  run_id TEXT NOT NULL,
  number INTEGER NOT NULL CONSTRAINT audit_from_one CHECK (number >= 1),
  sequence INTEGER NOT NULL,
  logical_time INTEGER NOT NULL,
  actor_kind TEXT NOT NULL CONSTRAINT audit_actor_kind CHECK (actor_kind IN ('SYSTEM', 'OPERATOR') OR actor_kind = 'COMPONENT'),
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

INSERT INTO new_audit SELECT * FROM audit;

-- What refers goes before what it refers to.
DROP TABLE audit;
DROP TABLE event_ledger;
DROP TABLE paper_trade;
DROP TABLE paper_order;

PRAGMA legacy_alter_table = ON;

ALTER TABLE new_paper_order RENAME TO paper_order;
ALTER TABLE new_paper_trade RENAME TO paper_trade;
ALTER TABLE new_event_ledger RENAME TO event_ledger;
ALTER TABLE new_audit RENAME TO audit;

PRAGMA legacy_alter_table = OFF;

-- Whether a run is RUNNING, in one small place.
CREATE UNIQUE INDEX running_run ON strategy_run (user_id, run_id) WHERE state = 'RUNNING';

CREATE INDEX paper_trade_of_order ON paper_trade (user_id, run_id, order_id, quantity);

-- A trigger looks with as few questions as it can whether all is well; only where that is not plain its statements find out. What an order next to it
-- has is known to be there and need not be looked for: references of orders were looked up when they came, and nothing that a run refers to leaves
-- before it; a state that an order has can be reached from the first one. (What stands behind an OR that is decided is not looked at in
-- WHERE, WHEN and iif(); elsewhere SQLite computes both sides. CASE would be that too, but libgda takes its END for the trigger's.)

CREATE TRIGGER paper_order_insert BEFORE INSERT ON paper_order
WHEN NOT EXISTS (SELECT 1 FROM strategy_run INDEXED BY running_run WHERE user_id = NEW.user_id AND run_id = NEW.run_id AND state = 'RUNNING')
  OR NOT ifnull (
    (SELECT iif (
         (p.order_id < NEW.order_id
              AND (p.state = NEW.state OR EXISTS (SELECT 1 FROM order_reach WHERE from_state = 'INITIALIZED' AND to_state = NEW.state))
              AND (NEW.strategy IS NULL OR NEW.strategy IS p.strategy
                   OR EXISTS (SELECT 1 FROM component WHERE user_id = NEW.user_id AND run_id = NEW.run_id AND component = NEW.strategy))
              AND (NEW.exchange IS NULL OR NEW.exchange IS p.exchange
                   OR EXISTS (SELECT 1 FROM component WHERE user_id = NEW.user_id AND run_id = NEW.run_id AND component = NEW.exchange))
              AND (NEW.instrument IS NULL OR NEW.instrument IS p.instrument
                   OR EXISTS (SELECT 1 FROM instrument WHERE user_id = NEW.user_id AND run_id = NEW.run_id AND instrument = NEW.instrument)))
         OR (p.order_id = NEW.order_id AND NEW.strategy IS p.strategy AND NEW.instrument IS p.instrument AND NEW.side IS p.side
              AND NEW.type IS p.type AND NEW.client_id = p.client_id AND NEW.filled_quantity >= p.filled_quantity
              AND EXISTS (SELECT 1 FROM order_reach WHERE from_state = p.state AND to_state = NEW.state)
              AND (NEW.exchange IS NULL OR NEW.exchange IS p.exchange
                   OR EXISTS (SELECT 1 FROM component WHERE user_id = NEW.user_id AND run_id = NEW.run_id AND component = NEW.exchange))),
         1, 0)
       FROM paper_order p
      WHERE p.user_id = NEW.user_id AND p.run_id = NEW.run_id AND p.order_id <= NEW.order_id
      ORDER BY p.order_id DESC
      LIMIT 1),
    0)
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
          OR NEW.client_id IS NOT o.client_id OR NEW.filled_quantity IS NULL OR NEW.filled_quantity < o.filled_quantity);
  SELECT RAISE (ABORT, 'order_of_run: the run has no such instrument or component')
   WHERE (NEW.instrument IS NOT NULL
          AND NOT EXISTS (SELECT 1 FROM instrument WHERE user_id = NEW.user_id AND run_id = NEW.run_id AND instrument = NEW.instrument))
      OR (NEW.strategy IS NOT NULL
          AND NOT EXISTS (SELECT 1 FROM component WHERE user_id = NEW.user_id AND run_id = NEW.run_id AND component = NEW.strategy))
      OR (NEW.exchange IS NOT NULL
          AND NOT EXISTS (SELECT 1 FROM component WHERE user_id = NEW.user_id AND run_id = NEW.run_id AND component = NEW.exchange));
END;

CREATE TRIGGER paper_order_update BEFORE UPDATE ON paper_order
WHEN NOT EXISTS (
    SELECT 1
    FROM strategy_run r CROSS JOIN order_reach t
    WHERE r.user_id = OLD.user_id AND r.run_id = OLD.run_id AND r.state = 'RUNNING' AND t.from_state = OLD.state AND t.to_state = NEW.state)
  OR ((NEW.quantity <> OLD.quantity OR NEW.limit_price IS NOT OLD.limit_price OR NEW.stop_price IS NOT OLD.stop_price)
      AND (SELECT is_final FROM order_state WHERE state = OLD.state) = 1)
  OR NEW.user_id <> OLD.user_id OR NEW.run_id <> OLD.run_id OR NEW.order_id <> OLD.order_id OR NEW.strategy IS NOT OLD.strategy
  OR NEW.instrument IS NOT OLD.instrument OR NEW.side IS NOT OLD.side OR NEW.type IS NOT OLD.type OR NEW.client_id <> OLD.client_id
  OR NEW.filled_quantity < OLD.filled_quantity
  OR (NEW.exchange IS NOT OLD.exchange AND NEW.exchange IS NOT NULL
      AND NOT EXISTS (SELECT 1 FROM component WHERE user_id = NEW.user_id AND run_id = NEW.run_id AND component = NEW.exchange))
BEGIN
  SELECT RAISE (ABORT, 'run_not_running: rows of a run are accepted only while it is RUNNING')
   WHERE (SELECT state FROM strategy_run WHERE user_id = OLD.user_id AND run_id = OLD.run_id) IS NOT 'RUNNING';
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
  SELECT RAISE (ABORT, 'order_of_run: the run has no such instrument or component');
END;

CREATE TRIGGER paper_order_delete BEFORE DELETE ON paper_order
WHEN EXISTS (SELECT 1 FROM strategy_run WHERE user_id = OLD.user_id AND run_id = OLD.run_id)
BEGIN
  SELECT RAISE (ABORT, 'append_only: this row leaves only together with its run');
END;

CREATE TRIGGER event_ledger_insert BEFORE INSERT ON event_ledger
WHEN NOT EXISTS (SELECT 1 FROM strategy_run INDEXED BY running_run WHERE user_id = NEW.user_id AND run_id = NEW.run_id AND state = 'RUNNING')
  OR EXISTS (SELECT 1 FROM event_ledger WHERE user_id = NEW.user_id AND run_id = NEW.run_id AND sequence = NEW.sequence)
  OR (NEW.order_id IS NOT NULL
      AND NOT ifnull (
        (SELECT iif (
             NEW.component IS NULL OR NEW.component IS o.strategy OR NEW.component IS o.exchange
             OR EXISTS (SELECT 1 FROM component WHERE user_id = NEW.user_id AND run_id = NEW.run_id AND component = NEW.component),
             1, 0)
           FROM paper_order o
          WHERE o.user_id = NEW.user_id AND o.run_id = NEW.run_id AND o.order_id = NEW.order_id),
        0))
  OR (NEW.order_id IS NULL AND NEW.component IS NOT NULL
      AND NOT EXISTS (SELECT 1 FROM component WHERE user_id = NEW.user_id AND run_id = NEW.run_id AND component = NEW.component))
  OR (NEW.to_state IS NOT NULL
      AND NOT (NEW.from_state IS NULL AND NEW.to_state = 'INITIALIZED')
      AND NOT EXISTS (SELECT 1 FROM order_transition WHERE from_state = NEW.from_state AND to_state = NEW.to_state))
BEGIN
  SELECT RAISE (ABORT, 'run_of_user: this user has no run of this id')
   WHERE NOT EXISTS (SELECT 1 FROM strategy_run WHERE user_id = NEW.user_id AND run_id = NEW.run_id);
  SELECT RAISE (ABORT, 'run_not_running: events of a run are accepted only while it is CREATED or RUNNING')
   WHERE (SELECT state FROM strategy_run WHERE user_id = NEW.user_id AND run_id = NEW.run_id) NOT IN ('CREATED', 'RUNNING');
  SELECT RAISE (ABORT, 'record_once: a record of this sequence number is in the ledger already')
   WHERE EXISTS (SELECT 1 FROM event_ledger WHERE user_id = NEW.user_id AND run_id = NEW.run_id AND sequence = NEW.sequence);
  SELECT RAISE (ABORT, 'event_of_order: the run has no such order')
   WHERE NEW.order_id IS NOT NULL
     AND NOT EXISTS (SELECT 1 FROM paper_order WHERE user_id = NEW.user_id AND run_id = NEW.run_id AND order_id = NEW.order_id);
  SELECT RAISE (ABORT, 'order_transition: no order may go from this state to that one in one step')
   WHERE NEW.to_state IS NOT NULL
     AND NOT (NEW.from_state IS NULL AND NEW.to_state = 'INITIALIZED')
     AND NOT EXISTS (SELECT 1 FROM order_transition WHERE from_state = NEW.from_state AND to_state = NEW.to_state);
  SELECT RAISE (ABORT, 'event_of_component: the run has no such component')
   WHERE NEW.component IS NOT NULL
     AND NOT EXISTS (SELECT 1 FROM component WHERE user_id = NEW.user_id AND run_id = NEW.run_id AND component = NEW.component);
END;

CREATE TRIGGER event_ledger_update BEFORE UPDATE ON event_ledger
BEGIN
  SELECT RAISE (ABORT, 'append_only: this row is never changed');
END;

CREATE TRIGGER event_ledger_delete BEFORE DELETE ON event_ledger
WHEN EXISTS (SELECT 1 FROM strategy_run WHERE user_id = OLD.user_id AND run_id = OLD.run_id)
BEGIN
  SELECT RAISE (ABORT, 'append_only: this row leaves only together with its run');
END;

-- As they were: they went with their tables.

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

CREATE TRIGGER paper_trade_update BEFORE UPDATE ON paper_trade
BEGIN
  SELECT RAISE (ABORT, 'append_only: this row is never changed');
END;

CREATE TRIGGER paper_trade_delete BEFORE DELETE ON paper_trade
WHEN EXISTS (SELECT 1 FROM strategy_run WHERE user_id = OLD.user_id AND run_id = OLD.run_id)
BEGIN
  SELECT RAISE (ABORT, 'append_only: this row leaves only together with its run');
END;

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

CREATE TRIGGER order_state_update BEFORE UPDATE ON order_state
BEGIN
  SELECT RAISE (ABORT, 'append_only: the life of an order is the program''s, and orders of the ledger went by it');
END;

CREATE TRIGGER order_state_delete BEFORE DELETE ON order_state
BEGIN
  SELECT RAISE (ABORT, 'append_only: the life of an order is the program''s, and orders of the ledger went by it');
END;

CREATE TRIGGER order_transition_update BEFORE UPDATE ON order_transition
BEGIN
  SELECT RAISE (ABORT, 'append_only: the life of an order is the program''s, and orders of the ledger went by it');
END;

CREATE TRIGGER order_transition_delete BEFORE DELETE ON order_transition
BEGIN
  SELECT RAISE (ABORT, 'append_only: the life of an order is the program''s, and orders of the ledger went by it');
END;

CREATE TRIGGER order_reach_update BEFORE UPDATE ON order_reach
BEGIN
  SELECT RAISE (ABORT, 'append_only: the life of an order is the program''s, and orders of the ledger went by it');
END;

CREATE TRIGGER order_reach_delete BEFORE DELETE ON order_reach
BEGIN
  SELECT RAISE (ABORT, 'append_only: the life of an order is the program''s, and orders of the ledger went by it');
END;
