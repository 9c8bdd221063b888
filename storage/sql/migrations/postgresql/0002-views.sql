-- SPDX-License-Identifier: LGPL-2.1-or-later
-- For reading. The views v_... show money, prices and sizes as decimals and times as text, to the second. The views check_... return rows
-- that contradict each other: all of them must be empty, on every ledger, at any time.

CREATE VIEW v_paper_order AS
SELECT o.user_id,
  o.run_id,
  o.order_id,
  s.name AS strategy,
  i.id AS instrument,
  o.client_id,
  o.venue_id,
  o.side,
  o.type,
  o.time_in_force,
  o.flags,
  ledger_decimal (o.quantity, ss.scale) AS quantity,
  ledger_decimal (o.limit_price, ps.scale) AS limit_price,
  ledger_decimal (o.stop_price, ps.scale) AS stop_price,
  ledger_time (o.expire_time) AS expire_time,
  o.state,
  os.status,
  ledger_decimal (o.filled_quantity, ss.scale) AS filled_quantity,
  ledger_decimal (o.filled_notional, qs.scale) AS filled_notional,
  i.quote AS currency,
  o.reason,
  ledger_time (o.created_time) AS created_time,
  ledger_time (o.updated_time) AS updated_time
FROM paper_order o
  JOIN order_state os ON os.state = o.state
  LEFT JOIN instrument i ON i.user_id = o.user_id AND i.run_id = o.run_id AND i.instrument = o.instrument
  LEFT JOIN currency q ON q.code = i.quote
  LEFT JOIN power_of_ten qs ON qs.scale = q.scale
  LEFT JOIN power_of_ten ps ON ps.scale = i.price_scale
  LEFT JOIN power_of_ten ss ON ss.scale = i.size_scale
  LEFT JOIN component s ON s.user_id = o.user_id AND s.run_id = o.run_id AND s.component = o.strategy;

CREATE VIEW v_paper_trade AS
SELECT t.user_id,
  t.run_id,
  t.sequence,
  ledger_time (t.logical_time) AS logical_time,
  t.order_id,
  s.name AS strategy,
  i.id AS instrument,
  t.side,
  t.liquidity,
  ledger_decimal (t.price, ps.scale) AS price,
  ledger_decimal (t.quantity, ss.scale) AS quantity,
  ledger_decimal (t.notional, qs.scale) AS notional,
  i.quote AS currency,
  ledger_decimal (t.fee, fs.scale) AS fee,
  t.fee_currency,
  ledger_decimal (t.realised_profit, qs.scale) AS realised_profit,
  t.execution_id
FROM paper_trade t
  LEFT JOIN currency f ON f.code = t.fee_currency
  LEFT JOIN power_of_ten fs ON fs.scale = f.scale
  LEFT JOIN instrument i ON i.user_id = t.user_id AND i.run_id = t.run_id AND i.instrument = t.instrument
  LEFT JOIN currency q ON q.code = i.quote
  LEFT JOIN power_of_ten qs ON qs.scale = q.scale
  LEFT JOIN power_of_ten ps ON ps.scale = i.price_scale
  LEFT JOIN power_of_ten ss ON ss.scale = i.size_scale
  LEFT JOIN component s ON s.user_id = t.user_id AND s.run_id = t.run_id AND s.component = t.strategy;

CREATE VIEW v_paper_position AS
SELECT p.user_id,
  p.run_id,
  s.name AS strategy,
  i.id AS instrument,
  ledger_decimal (p.quantity, ss.scale) AS quantity,
  ledger_decimal (p.cost, qs.scale) AS cost,
  ledger_decimal (p.realised_profit, qs.scale) AS realised_profit,
  ledger_decimal (p.fees, qs.scale) AS fees,
  i.quote AS currency,
  p.n_fills,
  p.n_trades,
  p.n_wins,
  ledger_time (p.updated_time) AS updated_time
FROM paper_position p
  LEFT JOIN instrument i ON i.user_id = p.user_id AND i.run_id = p.run_id AND i.instrument = p.instrument
  LEFT JOIN currency q ON q.code = i.quote
  LEFT JOIN power_of_ten qs ON qs.scale = q.scale
  LEFT JOIN power_of_ten ps ON ps.scale = i.price_scale
  LEFT JOIN power_of_ten ss ON ss.scale = i.size_scale
  LEFT JOIN component s ON s.user_id = p.user_id AND s.run_id = p.run_id AND s.component = p.strategy;

CREATE VIEW v_mtm_ledger AS
SELECT m.user_id,
  m.run_id,
  ledger_time (m.logical_time) AS logical_time,
  m.tick,
  ledger_decimal (m.cash, cs.scale) AS cash,
  ledger_decimal (m.mark_to_market, cs.scale) AS mark_to_market,
  ledger_decimal (m.equity, cs.scale) AS equity,
  ledger_decimal (m.realised_profit, cs.scale) AS realised_profit,
  ledger_decimal (m.fees, cs.scale) AS fees,
  m.currency,
  m.n_unpriced
FROM mtm_ledger m
  JOIN currency c ON c.code = m.currency
  JOIN power_of_ten cs ON cs.scale = c.scale;

CREATE VIEW v_paper_equity_curve AS
SELECT e.user_id,
  e.run_id,
  ledger_time (e.logical_time) AS logical_time,
  ledger_decimal (e.equity, cs.scale) AS equity,
  ledger_decimal (e.peak, cs.scale) AS peak,
  ledger_decimal (e.drawdown, cs.scale) AS drawdown,
  r.currency
FROM paper_equity_curve e
  JOIN strategy_run r ON r.user_id = e.user_id AND r.run_id = e.run_id
  JOIN currency c ON c.code = r.currency
  JOIN power_of_ten cs ON cs.scale = c.scale;

CREATE VIEW v_run_cash AS
SELECT d.user_id,
  d.run_id,
  d.sequence,
  ledger_time (d.logical_time) AS logical_time,
  s.name AS exchange,
  ledger_decimal (d.amount, cs.scale) AS amount,
  d.currency,
  d.reason
FROM run_cash d
  JOIN currency c ON c.code = d.currency
  JOIN power_of_ten cs ON cs.scale = c.scale
  LEFT JOIN component s ON s.user_id = d.user_id AND s.run_id = d.run_id AND s.component = d.exchange;

CREATE VIEW v_event_ledger AS
SELECT e.user_id,
  e.run_id,
  e.sequence,
  ledger_time (e.logical_time) AS logical_time,
  e.kind,
  e.name,
  s.name AS component,
  e.order_id,
  e.from_state,
  e.to_state,
  e.severity,
  e.detail
FROM event_ledger e
  LEFT JOIN component s ON s.user_id = e.user_id AND s.run_id = e.run_id AND s.component = e.component;

CREATE VIEW check_position_is_sum_of_fills AS
WITH traded AS (
  SELECT user_id, run_id, strategy, instrument,
    sum (CASE WHEN side = 'BUY' THEN quantity ELSE -quantity END) AS quantity,
    sum (realised_profit) AS realised_profit,
    count (*) AS n_fills
  FROM paper_trade
  GROUP BY user_id, run_id, strategy, instrument
)
SELECT p.user_id, p.run_id, p.strategy, p.instrument, p.quantity AS held, coalesce (t.quantity, 0) AS traded
FROM paper_position p
  LEFT JOIN traded t ON t.user_id = p.user_id AND t.run_id = p.run_id AND t.strategy = p.strategy AND t.instrument = p.instrument
WHERE p.quantity <> coalesce (t.quantity, 0) OR p.n_fills <> coalesce (t.n_fills, 0) OR p.realised_profit <> coalesce (t.realised_profit, 0)
UNION ALL
SELECT t.user_id, t.run_id, t.strategy, t.instrument, NULL, t.quantity
FROM traded t
  LEFT JOIN paper_position p ON p.user_id = t.user_id AND p.run_id = t.run_id AND p.strategy = t.strategy AND p.instrument = t.instrument
WHERE p.user_id IS NULL;

CREATE VIEW check_position_fees AS
WITH paid AS (
  SELECT t.user_id, t.run_id, t.strategy, t.instrument, sum (t.fee) AS fees
  FROM paper_trade t
    JOIN instrument i ON i.user_id = t.user_id AND i.run_id = t.run_id AND i.instrument = t.instrument
  WHERE t.fee_currency = i.quote
  GROUP BY t.user_id, t.run_id, t.strategy, t.instrument
)
SELECT p.user_id, p.run_id, p.strategy, p.instrument, p.fees, coalesce (f.fees, 0) AS paid
FROM paper_position p
  LEFT JOIN paid f ON f.user_id = p.user_id AND f.run_id = p.run_id AND f.strategy = p.strategy AND f.instrument = p.instrument
WHERE p.fees <> coalesce (f.fees, 0);

-- Cash in the base currency on every row: what was deposited, less what fills cost, less fees, and what was delivered in it.
CREATE VIEW check_cash_is_initial_less_fills_less_fees AS
WITH flow AS (
  SELECT d.user_id, d.run_id, d.sequence, d.amount, CAST (NULL AS bigint) AS cash
  FROM run_cash d
    JOIN strategy_run r ON r.user_id = d.user_id AND r.run_id = d.run_id AND r.currency = d.currency
  UNION ALL
  SELECT t.user_id, t.run_id, t.sequence,
    CASE WHEN i.quote = r.currency THEN CASE WHEN t.side = 'BUY' THEN -t.notional ELSE t.notional END ELSE 0 END
      - CASE WHEN t.fee_currency = r.currency THEN t.fee ELSE 0 END
      + CASE WHEN i.settlement = 'DELIVERY' AND i.base = r.currency THEN CASE WHEN t.side = 'BUY' THEN 1 ELSE -1 END * CASE WHEN i.size_scale <= c.scale THEN t.quantity * up.power ELSE t.quantity / down.power END ELSE 0 END,
    CAST (NULL AS bigint)
  FROM paper_trade t
    JOIN strategy_run r ON r.user_id = t.user_id AND r.run_id = t.run_id
    JOIN currency c ON c.code = r.currency
    JOIN instrument i ON i.user_id = t.user_id AND i.run_id = t.run_id AND i.instrument = t.instrument
    LEFT JOIN power_of_ten up ON up.scale = c.scale - i.size_scale
    LEFT JOIN power_of_ten down ON down.scale = i.size_scale - c.scale
  UNION ALL
  SELECT user_id, run_id, sequence, 0, cash
  FROM mtm_ledger
),
sums AS (
  SELECT user_id, run_id, sequence, cash, sum (amount) OVER (PARTITION BY user_id, run_id ORDER BY sequence) AS expected
  FROM flow
)
SELECT user_id, run_id, sequence, cash, expected
FROM sums
WHERE cash <> expected;

CREATE VIEW check_equity_is_cash_plus_mark_to_market AS
SELECT user_id, run_id, logical_time, cash, mark_to_market, equity
FROM mtm_ledger
WHERE equity <> cash + mark_to_market;

CREATE VIEW check_equity_curve AS
SELECT m.user_id, m.run_id, m.logical_time, m.equity, e.equity AS curve, e.peak, e.expected_peak
FROM mtm_ledger m
  LEFT JOIN (
    SELECT user_id, run_id, logical_time, equity, peak,
      max (equity) OVER (PARTITION BY user_id, run_id ORDER BY logical_time) AS expected_peak
    FROM paper_equity_curve
  ) e ON e.user_id = m.user_id AND e.run_id = m.run_id AND e.logical_time = m.logical_time
WHERE e.equity IS DISTINCT FROM m.equity OR e.peak <> e.expected_peak;

CREATE VIEW check_order_is_sum_of_fills AS
WITH traded AS MATERIALIZED (
  SELECT user_id, run_id, order_id, sum (quantity) AS quantity, sum (notional) AS notional
  FROM paper_trade
  GROUP BY user_id, run_id, order_id
)
SELECT o.user_id, o.run_id, o.order_id, o.filled_quantity, o.filled_notional, t.quantity AS traded_quantity,
  t.notional AS traded_notional
FROM paper_order o
  LEFT JOIN traded t ON t.user_id = o.user_id AND t.run_id = o.run_id AND t.order_id = o.order_id
WHERE o.filled_quantity <> coalesce (t.quantity, 0) OR o.filled_notional <> coalesce (t.notional, 0);

-- Each step of an order goes on where the one before it ended, and the last one ends where the order stands.
CREATE VIEW check_order_steps AS
WITH step AS (
  SELECT user_id, run_id, order_id, sequence, from_state, to_state,
    lag (to_state) OVER (PARTITION BY user_id, run_id, order_id ORDER BY sequence) AS before,
    lead (sequence) OVER (PARTITION BY user_id, run_id, order_id ORDER BY sequence) AS after
  FROM event_ledger
  WHERE kind = 'ORDER' AND to_state IS NOT NULL
)
SELECT s.user_id, s.run_id, s.order_id, s.sequence, s.before, s.from_state, s.to_state, o.state
FROM step s
  LEFT JOIN paper_order o ON o.user_id = s.user_id AND o.run_id = s.run_id AND o.order_id = s.order_id
WHERE s.from_state IS DISTINCT FROM s.before OR (s.after IS NULL AND o.state IS DISTINCT FROM s.to_state);

CREATE VIEW check_one_running_run_of_a_user AS
SELECT user_id, count (*) AS n_running
FROM strategy_run
WHERE state = 'RUNNING'
GROUP BY user_id
HAVING count (*) > 1;
