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
  iif (o.quantity < 0, '-', '')
    || abs (o.quantity / ss.power)
    || iif (ss.scale > 0, '.' || printf ('%0*d', ss.scale, abs (o.quantity % ss.power)), '') AS quantity,
  iif (o.limit_price < 0, '-', '')
    || abs (o.limit_price / ps.power)
    || iif (ps.scale > 0, '.' || printf ('%0*d', ps.scale, abs (o.limit_price % ps.power)), '') AS limit_price,
  iif (o.stop_price < 0, '-', '')
    || abs (o.stop_price / ps.power)
    || iif (ps.scale > 0, '.' || printf ('%0*d', ps.scale, abs (o.stop_price % ps.power)), '') AS stop_price,
  strftime ('%Y-%m-%dT%H:%M:%SZ', o.expire_time / 1000000000, 'unixepoch') AS expire_time,
  o.state,
  os.status,
  iif (o.filled_quantity < 0, '-', '')
    || abs (o.filled_quantity / ss.power)
    || iif (ss.scale > 0, '.' || printf ('%0*d', ss.scale, abs (o.filled_quantity % ss.power)), '') AS filled_quantity,
  iif (o.filled_notional < 0, '-', '')
    || abs (o.filled_notional / qs.power)
    || iif (qs.scale > 0, '.' || printf ('%0*d', qs.scale, abs (o.filled_notional % qs.power)), '') AS filled_notional,
  i.quote AS currency,
  o.reason,
  strftime ('%Y-%m-%dT%H:%M:%SZ', o.created_time / 1000000000, 'unixepoch') AS created_time,
  strftime ('%Y-%m-%dT%H:%M:%SZ', o.updated_time / 1000000000, 'unixepoch') AS updated_time
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
  strftime ('%Y-%m-%dT%H:%M:%SZ', t.logical_time / 1000000000, 'unixepoch') AS logical_time,
  t.order_id,
  s.name AS strategy,
  i.id AS instrument,
  t.side,
  t.liquidity,
  iif (t.price < 0, '-', '')
    || abs (t.price / ps.power)
    || iif (ps.scale > 0, '.' || printf ('%0*d', ps.scale, abs (t.price % ps.power)), '') AS price,
  iif (t.quantity < 0, '-', '')
    || abs (t.quantity / ss.power)
    || iif (ss.scale > 0, '.' || printf ('%0*d', ss.scale, abs (t.quantity % ss.power)), '') AS quantity,
  iif (t.notional < 0, '-', '')
    || abs (t.notional / qs.power)
    || iif (qs.scale > 0, '.' || printf ('%0*d', qs.scale, abs (t.notional % qs.power)), '') AS notional,
  i.quote AS currency,
  iif (t.fee < 0, '-', '')
    || abs (t.fee / fs.power)
    || iif (fs.scale > 0, '.' || printf ('%0*d', fs.scale, abs (t.fee % fs.power)), '') AS fee,
  t.fee_currency,
  iif (t.realised_profit < 0, '-', '')
    || abs (t.realised_profit / qs.power)
    || iif (qs.scale > 0, '.' || printf ('%0*d', qs.scale, abs (t.realised_profit % qs.power)), '') AS realised_profit,
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
  iif (p.quantity < 0, '-', '')
    || abs (p.quantity / ss.power)
    || iif (ss.scale > 0, '.' || printf ('%0*d', ss.scale, abs (p.quantity % ss.power)), '') AS quantity,
  iif (p.cost < 0, '-', '')
    || abs (p.cost / qs.power)
    || iif (qs.scale > 0, '.' || printf ('%0*d', qs.scale, abs (p.cost % qs.power)), '') AS cost,
  iif (p.realised_profit < 0, '-', '')
    || abs (p.realised_profit / qs.power)
    || iif (qs.scale > 0, '.' || printf ('%0*d', qs.scale, abs (p.realised_profit % qs.power)), '') AS realised_profit,
  iif (p.fees < 0, '-', '')
    || abs (p.fees / qs.power)
    || iif (qs.scale > 0, '.' || printf ('%0*d', qs.scale, abs (p.fees % qs.power)), '') AS fees,
  i.quote AS currency,
  p.n_fills,
  p.n_trades,
  p.n_wins,
  strftime ('%Y-%m-%dT%H:%M:%SZ', p.updated_time / 1000000000, 'unixepoch') AS updated_time
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
  strftime ('%Y-%m-%dT%H:%M:%SZ', m.logical_time / 1000000000, 'unixepoch') AS logical_time,
  m.tick,
  iif (m.cash < 0, '-', '')
    || abs (m.cash / cs.power)
    || iif (cs.scale > 0, '.' || printf ('%0*d', cs.scale, abs (m.cash % cs.power)), '') AS cash,
  iif (m.mark_to_market < 0, '-', '')
    || abs (m.mark_to_market / cs.power)
    || iif (cs.scale > 0, '.' || printf ('%0*d', cs.scale, abs (m.mark_to_market % cs.power)), '') AS mark_to_market,
  iif (m.equity < 0, '-', '')
    || abs (m.equity / cs.power)
    || iif (cs.scale > 0, '.' || printf ('%0*d', cs.scale, abs (m.equity % cs.power)), '') AS equity,
  iif (m.realised_profit < 0, '-', '')
    || abs (m.realised_profit / cs.power)
    || iif (cs.scale > 0, '.' || printf ('%0*d', cs.scale, abs (m.realised_profit % cs.power)), '') AS realised_profit,
  iif (m.fees < 0, '-', '')
    || abs (m.fees / cs.power)
    || iif (cs.scale > 0, '.' || printf ('%0*d', cs.scale, abs (m.fees % cs.power)), '') AS fees,
  m.currency,
  m.n_unpriced
FROM mtm_ledger m
  JOIN currency c ON c.code = m.currency
  JOIN power_of_ten cs ON cs.scale = c.scale;

CREATE VIEW v_paper_equity_curve AS
SELECT e.user_id,
  e.run_id,
  strftime ('%Y-%m-%dT%H:%M:%SZ', e.logical_time / 1000000000, 'unixepoch') AS logical_time,
  iif (e.equity < 0, '-', '')
    || abs (e.equity / cs.power)
    || iif (cs.scale > 0, '.' || printf ('%0*d', cs.scale, abs (e.equity % cs.power)), '') AS equity,
  iif (e.peak < 0, '-', '')
    || abs (e.peak / cs.power)
    || iif (cs.scale > 0, '.' || printf ('%0*d', cs.scale, abs (e.peak % cs.power)), '') AS peak,
  iif (e.drawdown < 0, '-', '')
    || abs (e.drawdown / cs.power)
    || iif (cs.scale > 0, '.' || printf ('%0*d', cs.scale, abs (e.drawdown % cs.power)), '') AS drawdown,
  r.currency
FROM paper_equity_curve e
  JOIN strategy_run r ON r.user_id = e.user_id AND r.run_id = e.run_id
  JOIN currency c ON c.code = r.currency
  JOIN power_of_ten cs ON cs.scale = c.scale;

CREATE VIEW v_run_cash AS
SELECT d.user_id,
  d.run_id,
  d.sequence,
  strftime ('%Y-%m-%dT%H:%M:%SZ', d.logical_time / 1000000000, 'unixepoch') AS logical_time,
  s.name AS exchange,
  iif (d.amount < 0, '-', '')
    || abs (d.amount / cs.power)
    || iif (cs.scale > 0, '.' || printf ('%0*d', cs.scale, abs (d.amount % cs.power)), '') AS amount,
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
  strftime ('%Y-%m-%dT%H:%M:%SZ', e.logical_time / 1000000000, 'unixepoch') AS logical_time,
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
    sum (iif (side = 'BUY', quantity, -quantity)) AS quantity,
    sum (realised_profit) AS realised_profit,
    count (*) AS n_fills
  FROM paper_trade
  GROUP BY user_id, run_id, strategy, instrument
)
SELECT p.user_id, p.run_id, p.strategy, p.instrument, p.quantity AS held, ifnull (t.quantity, 0) AS traded
FROM paper_position p
  LEFT JOIN traded t ON t.user_id = p.user_id AND t.run_id = p.run_id AND t.strategy = p.strategy AND t.instrument = p.instrument
WHERE p.quantity <> ifnull (t.quantity, 0) OR p.n_fills <> ifnull (t.n_fills, 0) OR p.realised_profit <> ifnull (t.realised_profit, 0)
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
SELECT p.user_id, p.run_id, p.strategy, p.instrument, p.fees, ifnull (f.fees, 0) AS paid
FROM paper_position p
  LEFT JOIN paid f ON f.user_id = p.user_id AND f.run_id = p.run_id AND f.strategy = p.strategy AND f.instrument = p.instrument
WHERE p.fees <> ifnull (f.fees, 0);

-- Cash in the base currency on every row: what was deposited, less what fills cost, less fees, and what was delivered in it.
CREATE VIEW check_cash_is_initial_less_fills_less_fees AS
WITH flow AS (
  SELECT d.user_id, d.run_id, d.sequence, d.amount, NULL AS cash
  FROM run_cash d
    JOIN strategy_run r ON r.user_id = d.user_id AND r.run_id = d.run_id AND r.currency = d.currency
  UNION ALL
  SELECT t.user_id, t.run_id, t.sequence,
    iif (i.quote = r.currency, iif (t.side = 'BUY', -t.notional, t.notional), 0)
      - iif (t.fee_currency = r.currency, t.fee, 0)
      + iif (i.settlement = 'DELIVERY' AND i.base = r.currency,
             iif (t.side = 'BUY', 1, -1)
               * iif (i.size_scale <= c.scale, t.quantity * up.power, t.quantity / down.power),
             0),
    NULL
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
WHERE e.equity IS NOT m.equity OR e.peak <> e.expected_peak;

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
WHERE o.filled_quantity <> ifnull (t.quantity, 0) OR o.filled_notional <> ifnull (t.notional, 0);

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
WHERE s.from_state IS NOT s.before OR (s.after IS NULL AND o.state IS NOT s.to_state);

CREATE VIEW check_one_running_run_of_a_user AS
SELECT user_id, count (*) AS n_running
FROM strategy_run
WHERE state = 'RUNNING'
GROUP BY user_id
HAVING count (*) > 1;
