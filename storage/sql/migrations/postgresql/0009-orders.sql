-- SPDX-License-Identifier: LGPL-2.1-or-later
-- Events are mostly of orders that came with the same statement's transaction, numbered one after the other: whether these are there is found by
-- reading that stretch of orders once, where each was looked for by itself. The tables of an order's life, which orders and events refer to by their
-- triggers only, are closed to changes.

DO $$
BEGIN
  PERFORM set_config ('search_path', quote_ident (current_schema ()) || ', pg_temp', true);
END;
$$;

CREATE OR REPLACE FUNCTION event_ledger_insert () RETURNS trigger LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
DECLARE
  broken text;
  of record;
BEGIN
  FOR of IN
    SELECT user_id, run_id, min (order_id) AS first, max (order_id) AS last, count (*) AS n
    FROM (SELECT DISTINCT user_id, run_id, order_id FROM new_rows WHERE order_id IS NOT NULL) d GROUP BY user_id, run_id
  LOOP
    -- Numbers without a gap: as many orders as there are numbers.
    IF of.last - of.first = of.n - 1 THEN
      IF (SELECT count (*) FROM paper_order o
           WHERE o.user_id = of.user_id AND o.run_id = of.run_id AND o.order_id BETWEEN of.first AND of.last) = of.n THEN
        CONTINUE;
      END IF;
    ELSIF NOT EXISTS (
      SELECT 1
      FROM (SELECT DISTINCT order_id FROM new_rows WHERE user_id = of.user_id AND run_id = of.run_id AND order_id IS NOT NULL) k
      WHERE NOT EXISTS (SELECT 1 FROM paper_order o WHERE o.user_id = of.user_id AND o.run_id = of.run_id AND o.order_id = k.order_id)
    ) THEN
      CONTINUE;
    END IF;
    PERFORM ledger_assert ('event_of_order: the run has no such order', 'foreign_key_violation');
  END LOOP;
  SELECT CASE WHEN k.to_state IS NOT NULL AND NOT (k.from_state IS NULL AND k.to_state = 'INITIALIZED')
                AND NOT EXISTS (SELECT 1 FROM order_transition t WHERE t.from_state = k.from_state AND t.to_state = k.to_state)
                THEN 'order_transition: no order may go from this state to that one in one step'
              WHEN k.component IS NOT NULL AND NOT EXISTS (SELECT 1 FROM component c
                      WHERE c.user_id = k.user_id AND c.run_id = k.run_id AND c.component = k.component)
                THEN 'event_of_component: the run has no such component'
         END AS rule
    INTO broken
    FROM (SELECT DISTINCT user_id, run_id, component, from_state, to_state FROM new_rows) k
    ORDER BY rule NULLS LAST
    LIMIT 1;
  PERFORM ledger_assert (broken);
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
