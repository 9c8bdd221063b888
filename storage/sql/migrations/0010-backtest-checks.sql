-- SPDX-License-Identifier: LGPL-2.1-or-later
-- What is wrong with results of backtests, of either database: the views are empty as long as nobody goes around the rules.

-- How many rows there are of each part, a curve's by its points, and how many its result says.
CREATE VIEW backtest_part AS
SELECT result, 'backtest_strategy' AS part, count(*) AS n FROM backtest_strategy GROUP BY result
UNION ALL
SELECT result, 'backtest_plugin' AS part, count(*) AS n FROM backtest_plugin GROUP BY result
UNION ALL
SELECT result, 'backtest_parameter' AS part, count(*) AS n FROM backtest_parameter GROUP BY result
UNION ALL
SELECT result, 'backtest_instrument' AS part, count(*) AS n FROM backtest_instrument GROUP BY result
UNION ALL
SELECT result, 'backtest_statistic' AS part, count(*) AS n FROM backtest_statistic GROUP BY result
UNION ALL
SELECT result, 'backtest_fill' AS part, count(*) AS n FROM backtest_fill GROUP BY result
UNION ALL
SELECT result, 'backtest_trade' AS part, count(*) AS n FROM backtest_trade GROUP BY result
UNION ALL
SELECT result, 'backtest_equity', sum (n_points) FROM backtest_equity GROUP BY result;

CREATE VIEW backtest_said AS
SELECT result, 'backtest_strategy' AS part, 'n_strategies' AS name, n_strategies AS n FROM backtest_run
UNION ALL
SELECT result, 'backtest_plugin' AS part, 'n_plugins' AS name, n_plugins AS n FROM backtest_run
UNION ALL
SELECT result, 'backtest_parameter' AS part, 'n_parameters' AS name, n_parameters AS n FROM backtest_run
UNION ALL
SELECT result, 'backtest_instrument' AS part, 'n_instruments' AS name, n_instruments AS n FROM backtest_run
UNION ALL
SELECT result, 'backtest_statistic' AS part, 'n_statistics' AS name, n_statistics AS n FROM backtest_run
UNION ALL
SELECT result, 'backtest_fill' AS part, 'n_fills' AS name, n_fills AS n FROM backtest_run
UNION ALL
SELECT result, 'backtest_trade' AS part, 'n_trades' AS name, n_trades AS n FROM backtest_run
UNION ALL
SELECT result, 'backtest_equity', 'n_points', n_points FROM backtest_run;

-- A result without its parts, parts without their result.
CREATE VIEW check_backtest_run AS
SELECT r.result, r.user_id, r.key, s.name || ' is not what ' || s.part || ' has' AS what
FROM backtest_run r
  JOIN backtest_said s ON s.result = r.result
  LEFT JOIN backtest_part p ON p.result = s.result AND p.part = s.part
WHERE s.n <> coalesce (p.n, 0)
UNION ALL
SELECT p.result, NULL, NULL, p.part || ' has rows of no result'
FROM backtest_part p
  LEFT JOIN backtest_run r ON r.result = p.result
WHERE r.result IS NULL
UNION ALL
SELECT r.result, r.user_id, r.key, 'summary is not what its parts say'
FROM backtest_run r
  JOIN backtest_summary s ON s.result = r.result
WHERE r.summary <> s.summary
UNION ALL
SELECT r.result, r.user_id, r.key, 'backtest_fill has rows of no instrument or strategy'
FROM backtest_run r
WHERE EXISTS (SELECT 1 FROM backtest_fill t WHERE t.result = r.result AND (t.instrument >= r.n_instruments OR t.strategy >= r.n_strategies))
UNION ALL
SELECT r.result, r.user_id, r.key, 'backtest_trade has rows of no instrument or strategy'
FROM backtest_run r
WHERE EXISTS (SELECT 1 FROM backtest_trade t WHERE t.result = r.result AND (t.instrument >= r.n_instruments OR t.strategy >= r.n_strategies));

-- What a row of a curve says of its points is so, and time goes forward in them.
CREATE VIEW check_backtest_equity AS
WITH flow AS (
  SELECT result, point, time, lag (time) OVER (PARTITION BY result ORDER BY point) AS before
  FROM backtest_point
),
ends AS (
  SELECT result, point / 1000 AS block, min (time) AS first_time, max (time) AS last_time, count(*) AS n_points
  FROM backtest_point
  GROUP BY result, point / 1000
)
SELECT result, point / 1000 AS block, 'a point is not later than the one before' AS what
FROM flow
WHERE before >= time
UNION ALL
SELECT e.result, e.block, 'its times or its number of points are not those of its points'
FROM backtest_equity e
  LEFT JOIN ends n ON n.result = e.result AND n.block = e.block
WHERE n.result IS NULL OR n.first_time <> e.first_time OR n.last_time <> e.last_time OR n.n_points <> e.n_points;

-- What fills paid is what round trips paid.
CREATE VIEW check_backtest_fees AS
SELECT r.result, r.user_id, r.key, f.fees AS fees_of_fills, t.fees AS fees_of_trades
FROM backtest_run r
  JOIN (SELECT result, sum (fee) AS fees FROM backtest_fill GROUP BY result) f ON f.result = r.result
  JOIN (SELECT result, sum (fees) AS fees FROM backtest_trade GROUP BY result) t ON t.result = r.result
WHERE f.fees <> t.fees;
