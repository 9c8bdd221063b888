-- SPDX-License-Identifier: LGPL-2.1-or-later
-- Orders and events, the tables with most rows, are checked once a row and not twice: every reference was looked up by a trigger and again by a foreign
-- key, and the run by four statements. The foreign keys go (as on PostgreSQL, where a trigger stands for them too), and what they said alone
-- is said by the triggers: the component of an event, the exchange of a changed order. Whoever opens the file is held to it, not only
-- clients that ask for foreign keys. The tables of an order's life, which nothing refers to any more, are closed to changes.
--
-- A trigger looks whether anything is wrong at all; only then its statements find out what.

PRAGMA writable_schema = ON;

UPDATE sqlite_master
SET sql = replace (substr (sql, 1, instr (sql, ',' || char (10) || '  FOREIGN KEY') - 1), ' REFERENCES order_state (state)', '')
  || char (10) || ') STRICT, WITHOUT ROWID'
WHERE type = 'table' AND name IN ('paper_order', 'event_ledger');

-- A list of three or more is a table that SQLite fills anew for each row it is asked of; one of two is compared with.
UPDATE sqlite_master
SET sql = replace (replace (replace (replace (replace (replace (replace (replace (sql,
    'type IN (''MARKET'', ''LIMIT'', ''STOP_MARKET'', ''STOP_LIMIT'')',
    'type IN (''MARKET'', ''LIMIT'') OR type IN (''STOP_MARKET'', ''STOP_LIMIT'')'),
    'time_in_force IN (''GTC'', ''IOC'', ''FOK'', ''DAY'', ''GTD'')',
    'time_in_force IN (''GTC'', ''IOC'') OR time_in_force IN (''FOK'', ''DAY'') OR time_in_force IN (''GTD'')'),
    'state IN (''INITIALIZED'', ''DENIED'', ''REJECTED'')',
    'state IN (''INITIALIZED'', ''DENIED'') OR state IN (''REJECTED'')'),
    'kind IN (''RUN'', ''TRADING_STATE'', ''ORDER'', ''VERDICT'', ''ALERT'', ''NOTE'')',
    'kind IN (''RUN'', ''TRADING_STATE'') OR kind IN (''ORDER'', ''VERDICT'') OR kind IN (''ALERT'', ''NOTE'')'),
    'severity IN (''INFO'', ''WARNING'', ''ERROR'', ''CRITICAL'')',
    'severity IN (''INFO'', ''WARNING'') OR severity IN (''ERROR'', ''CRITICAL'')'),
    'liquidity IN (''NONE'', ''MAKER'', ''TAKER'')',
    'liquidity IN (''NONE'', ''MAKER'') OR liquidity IN (''TAKER'')'),
    'trading_state IN (''ACTIVE'', ''REDUCING'', ''HALTED'')',
    'trading_state IN (''ACTIVE'', ''REDUCING'') OR trading_state IN (''HALTED'')'),
    'actor_kind IN (''SYSTEM'', ''OPERATOR'', ''COMPONENT'')',
    'actor_kind IN (''SYSTEM'', ''OPERATOR'') OR actor_kind IN (''COMPONENT'')')
WHERE type = 'table' AND name IN ('paper_order', 'paper_trade', 'event_ledger', 'engine_state', 'engine_status', 'audit');

PRAGMA writable_schema = RESET;

DROP TRIGGER paper_order_insert;
DROP TRIGGER paper_order_update;
DROP TRIGGER event_ledger_insert;

CREATE TRIGGER paper_order_insert BEFORE INSERT ON paper_order
WHEN NOT EXISTS (
    SELECT 1
    FROM strategy_run r
      LEFT JOIN paper_order o ON o.user_id = NEW.user_id AND o.run_id = NEW.run_id AND o.order_id = NEW.order_id
      CROSS JOIN order_reach t ON t.from_state = ifnull (o.state, 'INITIALIZED') AND t.to_state = NEW.state
    WHERE r.user_id = NEW.user_id AND r.run_id = NEW.run_id AND r.state = 'RUNNING'
      AND (o.order_id IS NULL
           OR NEW.strategy IS o.strategy AND NEW.instrument IS o.instrument AND NEW.side IS o.side AND NEW.type IS o.type
              AND NEW.client_id = o.client_id AND NEW.filled_quantity >= o.filled_quantity))
  OR (NEW.instrument IS NOT NULL
      AND NOT EXISTS (SELECT 1 FROM instrument WHERE user_id = NEW.user_id AND run_id = NEW.run_id AND instrument = NEW.instrument))
  OR (NEW.strategy IS NOT NULL
      AND NOT EXISTS (SELECT 1 FROM component WHERE user_id = NEW.user_id AND run_id = NEW.run_id AND component = NEW.strategy))
  OR (NEW.exchange IS NOT NULL
      AND NOT EXISTS (SELECT 1 FROM component WHERE user_id = NEW.user_id AND run_id = NEW.run_id AND component = NEW.exchange))
BEGIN
  SELECT RAISE (ABORT, 'run_of_user: this user has no run of this id')
   WHERE NOT EXISTS (SELECT 1 FROM strategy_run WHERE user_id = NEW.user_id AND run_id = NEW.run_id);
  SELECT RAISE (ABORT, 'run_not_running: rows of a run are accepted only while it is RUNNING')
   WHERE (SELECT state FROM strategy_run WHERE user_id = NEW.user_id AND run_id = NEW.run_id) <> 'RUNNING';
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
  SELECT RAISE (ABORT, 'order_of_run: the run has no such instrument or component');
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

CREATE TRIGGER event_ledger_insert BEFORE INSERT ON event_ledger
WHEN NOT EXISTS (SELECT 1 FROM strategy_run
                  WHERE user_id = NEW.user_id AND run_id = NEW.run_id AND (state = 'RUNNING' OR state = 'CREATED'))
  OR EXISTS (SELECT 1 FROM event_ledger WHERE user_id = NEW.user_id AND run_id = NEW.run_id AND sequence = NEW.sequence)
  OR (NEW.order_id IS NOT NULL
      AND NOT EXISTS (SELECT 1 FROM paper_order WHERE user_id = NEW.user_id AND run_id = NEW.run_id AND order_id = NEW.order_id))
  OR (NEW.to_state IS NOT NULL
      AND NOT (NEW.from_state IS NULL AND NEW.to_state = 'INITIALIZED')
      AND NOT EXISTS (SELECT 1 FROM order_transition WHERE from_state = NEW.from_state AND to_state = NEW.to_state))
  OR (NEW.component IS NOT NULL
      AND NOT EXISTS (SELECT 1 FROM component WHERE user_id = NEW.user_id AND run_id = NEW.run_id AND component = NEW.component))
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
  SELECT RAISE (ABORT, 'event_of_component: the run has no such component');
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
