-- SPDX-License-Identifier: LGPL-2.1-or-later
-- Orders and events, the tables with most rows, are read once a statement: one query finds the few distinct combinations in the rows that were
-- written, holds their runs and answers every rule. A rule that refers to an order is asked for all events of a run at once. The tables of an
-- order's life, which orders and events refer to by their triggers only, are closed to changes.
--
-- Queries of a trigger are planned once a session, by the rows of its first statement, which are few: so a plan that suits few rows only (a loop in a
-- loop, all of a table, a sort) is ruled out beforehand; what is left may count as dear, and would be compiled at each call. What is referred to is
-- asked for by its key, one by one (SELECT ... IS NULL): of EXISTS the planner may make a reading of all runs' rows.

DO $$
BEGIN
  PERFORM set_config ('search_path', quote_ident (current_schema ()) || ', pg_temp', true);
END;
$$;

DROP TRIGGER a_run_of_paper_order_insert ON paper_order;
DROP TRIGGER a_run_of_paper_order_update ON paper_order;
DROP TRIGGER a_run_of_event_ledger_insert ON event_ledger;

-- The SQLSTATE of a broken rule: references have that of a foreign key.
CREATE FUNCTION ledger_code (broken text) RETURNS text LANGUAGE sql IMMUTABLE AS $$
  SELECT CASE WHEN split_part (broken, ':', 1) IN ('run_of_user', 'order_of_run', 'event_of_order') THEN 'foreign_key_violation'
              ELSE 'integrity_constraint_violation' END
$$;

CREATE OR REPLACE FUNCTION paper_order_insert () RETURNS trigger LANGUAGE plpgsql
  SET search_path FROM CURRENT SET jit = off SET enable_seqscan = off SET enable_sort = off AS $$
DECLARE
  broken text;
BEGIN
  SELECT min (CASE WHEN r.state IS NULL THEN 'run_of_user: this user has no run of this id'
                   WHEN r.state <> 'RUNNING' THEN 'run_not_running: rows of a run are accepted only while it is RUNNING'
                   WHEN NOT EXISTS (SELECT 1 FROM order_reach t WHERE t.from_state = 'INITIALIZED' AND t.to_state = k.state)
                     THEN 'order_transition: no order may go from its state to this one'
                   WHEN (k.instrument IS NOT NULL AND (SELECT i.instrument FROM instrument i
                           WHERE i.user_id = k.user_id AND i.run_id = k.run_id AND i.instrument = k.instrument) IS NULL)
                     OR (k.strategy IS NOT NULL AND (SELECT c.component FROM component c
                           WHERE c.user_id = k.user_id AND c.run_id = k.run_id AND c.component = k.strategy) IS NULL)
                     OR (k.exchange IS NOT NULL AND (SELECT c.component FROM component c
                           WHERE c.user_id = k.user_id AND c.run_id = k.run_id AND c.component = k.exchange) IS NULL)
                     THEN 'order_of_run: the run has no such instrument or component'
              END)
    INTO broken
    FROM (SELECT DISTINCT user_id, run_id, strategy, exchange, instrument, state FROM new_rows) k
      LEFT JOIN LATERAL (SELECT s.state FROM strategy_run s WHERE s.user_id = k.user_id AND s.run_id = k.run_id FOR SHARE) r ON true;
  IF broken IS NOT NULL THEN
    PERFORM ledger_assert (broken, ledger_code (broken));
  END IF;
  RETURN NULL;
END;
$$;

CREATE OR REPLACE FUNCTION paper_order_update () RETURNS trigger LANGUAGE plpgsql
  SET search_path FROM CURRENT SET jit = off SET enable_seqscan = off SET enable_sort = off SET enable_nestloop = off AS $$
DECLARE
  broken text;
BEGIN
  SELECT min (CASE WHEN r.state IS NULL THEN 'run_of_user: this user has no run of this id'
                   WHEN r.state <> 'RUNNING' THEN 'run_not_running: rows of a run are accepted only while it is RUNNING'
                   WHEN NOT EXISTS (SELECT 1 FROM order_reach t WHERE t.from_state = k.old_state AND t.to_state = k.new_state)
                     THEN 'order_transition: no order may go from its state to this one'
                   -- A fill that is told after the end still moves money and what was filled.
                   WHEN k.asked AND (SELECT s.is_final FROM order_state s WHERE s.state = k.old_state) = 1
                     THEN 'order_final: what an order in a final state asked for stays as it is'
                   WHEN k.unfilled THEN 'order_unfilled: what was filled stays filled'
                   WHEN k.exchange IS NOT NULL AND (SELECT c.component FROM component c
                           WHERE c.user_id = k.user_id AND c.run_id = k.run_id AND c.component = k.exchange) IS NULL
                     THEN 'order_of_run: the run has no such instrument or component'
              END)
    INTO broken
    FROM (SELECT DISTINCT n.user_id, n.run_id, n.exchange, o.state AS old_state, n.state AS new_state,
            n.filled_quantity < o.filled_quantity AS unfilled,
            (n.quantity, n.limit_price, n.stop_price) IS DISTINCT FROM (o.quantity, o.limit_price, o.stop_price) AS asked
          FROM old_rows o JOIN new_rows n ON n.user_id = o.user_id AND n.run_id = o.run_id AND n.order_id = o.order_id) k
      LEFT JOIN LATERAL (SELECT s.state FROM strategy_run s WHERE s.user_id = k.user_id AND s.run_id = k.run_id FOR SHARE) r ON true;
  IF broken IS NOT NULL THEN
    PERFORM ledger_assert (broken, ledger_code (broken));
  END IF;
  RETURN NULL;
END;
$$;

CREATE OR REPLACE FUNCTION event_ledger_insert () RETURNS trigger LANGUAGE plpgsql
  SET search_path FROM CURRENT SET jit = off SET enable_seqscan = off SET enable_sort = off AS $$
DECLARE
  broken text;
BEGIN
  SELECT min (CASE WHEN r.state IS NULL THEN 'run_of_user: this user has no run of this id'
                   WHEN r.state NOT IN ('CREATED', 'RUNNING') THEN 'run_not_running: rows of a run are accepted only while it is CREATED or RUNNING'
                   -- As many orders as numbers from the first to the last: none is missing. Else one by one.
                   WHEN k.nth = 1 AND k.n > 0
                     AND NOT (k.last - k.first < 2 * k.n
                              AND (SELECT count(*) FROM paper_order o
                                    WHERE o.user_id = k.user_id AND o.run_id = k.run_id AND o.order_id BETWEEN k.first AND k.last)
                                = k.last - k.first + 1)
                     AND EXISTS (SELECT 1
                                   FROM (SELECT DISTINCT n.order_id FROM new_rows n
                                          WHERE n.user_id = k.user_id AND n.run_id = k.run_id AND n.order_id IS NOT NULL) d
                                  WHERE (SELECT o.order_id FROM paper_order o
                                          WHERE o.user_id = k.user_id AND o.run_id = k.run_id AND o.order_id = d.order_id) IS NULL)
                     THEN 'event_of_order: the run has no such order'
                   WHEN k.to_state IS NOT NULL AND NOT (k.from_state IS NULL AND k.to_state = 'INITIALIZED')
                     AND NOT EXISTS (SELECT 1 FROM order_transition t WHERE t.from_state = k.from_state AND t.to_state = k.to_state)
                     THEN 'order_transition: no order may go from this state to that one in one step'
                   WHEN k.component IS NOT NULL AND (SELECT c.component FROM component c
                           WHERE c.user_id = k.user_id AND c.run_id = k.run_id AND c.component = k.component) IS NULL
                     THEN 'event_of_component: the run has no such component'
              END)
    INTO broken
    FROM (SELECT g.user_id, g.run_id, g.component, g.from_state, g.to_state, row_number () OVER of_run AS nth, min (g.first) OVER of_run AS first,
            max (g.last) OVER of_run AS last, sum (g.n) OVER of_run AS n
          FROM (SELECT user_id, run_id, component, from_state, to_state, min (order_id) AS first, max (order_id) AS last, count (order_id) AS n
                  FROM new_rows GROUP BY user_id, run_id, component, from_state, to_state) g
          WINDOW of_run AS (PARTITION BY g.user_id, g.run_id)) k
      LEFT JOIN LATERAL (SELECT s.state FROM strategy_run s WHERE s.user_id = k.user_id AND s.run_id = k.run_id FOR SHARE) r ON true;
  IF broken IS NOT NULL THEN
    PERFORM ledger_assert (broken, ledger_code (broken));
  END IF;
  RETURN NULL;
END;
$$;

CREATE TRIGGER order_state_is_kept BEFORE UPDATE OR DELETE ON order_state
  FOR EACH ROW EXECUTE FUNCTION ledger_refuse ('append_only: the life of an order is the program''s, and orders of the ledger went by it');
CREATE TRIGGER order_state_truncate BEFORE TRUNCATE ON order_state
  FOR EACH STATEMENT EXECUTE FUNCTION ledger_refuse ('append_only: the life of an order is the program''s, and orders of the ledger went by it');

CREATE TRIGGER order_transition_is_kept BEFORE UPDATE OR DELETE ON order_transition
  FOR EACH ROW EXECUTE FUNCTION ledger_refuse ('append_only: the life of an order is the program''s, and orders of the ledger went by it');
CREATE TRIGGER order_transition_truncate BEFORE TRUNCATE ON order_transition
  FOR EACH STATEMENT EXECUTE FUNCTION ledger_refuse ('append_only: the life of an order is the program''s, and orders of the ledger went by it');

CREATE TRIGGER order_reach_is_kept BEFORE UPDATE OR DELETE ON order_reach
  FOR EACH ROW EXECUTE FUNCTION ledger_refuse ('append_only: the life of an order is the program''s, and orders of the ledger went by it');
CREATE TRIGGER order_reach_truncate BEFORE TRUNCATE ON order_reach
  FOR EACH STATEMENT EXECUTE FUNCTION ledger_refuse ('append_only: the life of an order is the program''s, and orders of the ledger went by it');
