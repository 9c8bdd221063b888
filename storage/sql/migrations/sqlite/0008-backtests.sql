-- SPDX-License-Identifier: LGPL-2.1-or-later
-- Results of backtests. A result has a number of the ledger's own and is known by user and key. It is written from its parts to its whole: what
-- belongs to it comes first, its row in backtest_run, which counts them, comes last, in the same transaction. With that row it is sealed: it counts
-- right or it is refused, nothing can be added or changed any more, and it leaves as a whole. Parts without their whole do not outlive the transaction.
--
-- Money is at the scale of the result's currency, prices and sizes are at the instrument's. A statistic stands there twice: as text, exactly, and
-- as a number to compare (SQLite reads one text in 200 a last bit wrong). An equity curve has a row for each 1000 points, a JSON array of
-- [time, equity, cash, exposure, benchmark] each: a row a point would take thirty times as long. The view backtest_point has one a point.

CREATE TABLE backtest_run (
  result INTEGER NOT NULL PRIMARY KEY,
  user_id TEXT NOT NULL CONSTRAINT backtest_user_id_length CHECK (length (user_id) BETWEEN 1 AND 63),
  key TEXT NOT NULL CONSTRAINT backtest_key CHECK (length (key) = 64 AND key NOT GLOB '*[^0-9a-f]*'),
  name TEXT NOT NULL,
  engine TEXT NOT NULL CONSTRAINT backtest_engine CHECK (engine IN ('event', 'columnar')),
  data_hash TEXT NOT NULL CONSTRAINT backtest_data_hash CHECK (data_hash NOT GLOB '*[^0-9a-f]*'),
  currency TEXT NOT NULL REFERENCES currency (code),
  initial_equity INTEGER NOT NULL,
  created_time INTEGER NOT NULL,
  from_time INTEGER NOT NULL,
  to_time INTEGER NOT NULL,
  took_ns INTEGER NOT NULL CONSTRAINT backtest_took CHECK (took_ns >= 0),
  n_sets INTEGER NOT NULL CONSTRAINT backtest_sets CHECK (n_sets >= 1),
  n_bars INTEGER NOT NULL CONSTRAINT backtest_bars CHECK (n_bars >= 0),
  n_strategies INTEGER NOT NULL,
  n_plugins INTEGER NOT NULL,
  n_parameters INTEGER NOT NULL,
  n_instruments INTEGER NOT NULL,
  n_statistics INTEGER NOT NULL,
  n_fills INTEGER NOT NULL,
  n_trades INTEGER NOT NULL,
  n_points INTEGER NOT NULL,
  -- Its parts but the long ones, as backtest_text has them: who asks for a key reads one row.
  summary TEXT NOT NULL,
  CONSTRAINT result_once UNIQUE (user_id, key),
  CONSTRAINT backtest_times CHECK (to_time >= from_time)
) STRICT;

CREATE INDEX backtest_run_of_time ON backtest_run (created_time);

CREATE TABLE backtest_strategy (
  result INTEGER NOT NULL,
  strategy INTEGER NOT NULL CONSTRAINT backtest_strategy_from_zero CHECK (strategy >= 0),
  plugin TEXT NOT NULL,
  CONSTRAINT backtest_strategy_once_number PRIMARY KEY (result, strategy),
  CONSTRAINT result_of_backtest_strategy FOREIGN KEY (result) REFERENCES backtest_run (result) ON DELETE CASCADE DEFERRABLE INITIALLY DEFERRED
) STRICT, WITHOUT ROWID;

CREATE INDEX backtest_strategy_of_plugin ON backtest_strategy (plugin);

CREATE TABLE backtest_plugin (
  result INTEGER NOT NULL,
  plugin INTEGER NOT NULL CONSTRAINT backtest_plugin_from_zero CHECK (plugin >= 0),
  id TEXT NOT NULL,
  version TEXT,
  CONSTRAINT backtest_plugin_once_number PRIMARY KEY (result, plugin),
  CONSTRAINT result_of_backtest_plugin FOREIGN KEY (result) REFERENCES backtest_run (result) ON DELETE CASCADE DEFERRABLE INITIALLY DEFERRED
) STRICT, WITHOUT ROWID;

CREATE TABLE backtest_parameter (
  result INTEGER NOT NULL,
  parameter INTEGER NOT NULL CONSTRAINT backtest_parameter_from_zero CHECK (parameter >= 0),
  name TEXT NOT NULL,
  value TEXT,
  CONSTRAINT backtest_parameter_once_number PRIMARY KEY (result, parameter),
  CONSTRAINT parameter_once UNIQUE (result, name),
  CONSTRAINT result_of_backtest_parameter FOREIGN KEY (result) REFERENCES backtest_run (result) ON DELETE CASCADE DEFERRABLE INITIALLY DEFERRED
) STRICT, WITHOUT ROWID;

CREATE TABLE backtest_instrument (
  result INTEGER NOT NULL,
  instrument INTEGER NOT NULL CONSTRAINT backtest_instrument_from_zero CHECK (instrument >= 0),
  id TEXT NOT NULL,
  symbol TEXT NOT NULL,
  venue TEXT NOT NULL,
  settlement TEXT NOT NULL CONSTRAINT backtest_settlement CHECK (settlement IN ('POSITION', 'DELIVERY')),
  base TEXT REFERENCES currency (code),
  quote TEXT NOT NULL REFERENCES currency (code),
  price_scale INTEGER NOT NULL REFERENCES power_of_ten (scale),
  size_scale INTEGER NOT NULL REFERENCES power_of_ten (scale),
  price_step INTEGER NOT NULL CONSTRAINT backtest_price_step CHECK (price_step >= 1),
  size_step INTEGER NOT NULL CONSTRAINT backtest_size_step CHECK (size_step >= 1),
  size_min INTEGER NOT NULL,
  size_max INTEGER NOT NULL,
  notional_min INTEGER NOT NULL,
  maker_fee INTEGER NOT NULL,
  taker_fee INTEGER NOT NULL,
  CONSTRAINT backtest_instrument_once_number PRIMARY KEY (result, instrument),
  CONSTRAINT backtest_instrument_once UNIQUE (result, id),
  CONSTRAINT result_of_backtest_instrument FOREIGN KEY (result) REFERENCES backtest_run (result) ON DELETE CASCADE DEFERRABLE INITIALLY DEFERRED
) STRICT, WITHOUT ROWID;

CREATE TABLE backtest_statistic (
  result INTEGER NOT NULL,
  statistic INTEGER NOT NULL CONSTRAINT backtest_statistic_from_zero CHECK (statistic >= 0),
  statistic_group TEXT NOT NULL CONSTRAINT statistic_group_name CHECK (statistic_group <> ''),
  name TEXT NOT NULL CONSTRAINT statistic_name CHECK (name <> ''),
  value REAL,
  exact TEXT NOT NULL,
  CONSTRAINT backtest_statistic_once_number PRIMARY KEY (result, statistic),
  CONSTRAINT statistic_once UNIQUE (result, statistic_group, name),
  CONSTRAINT statistic_nan CHECK ((value IS NULL) = (exact = 'nan')),
  CONSTRAINT result_of_backtest_statistic FOREIGN KEY (result) REFERENCES backtest_run (result) ON DELETE CASCADE DEFERRABLE INITIALLY DEFERRED
) STRICT, WITHOUT ROWID;

CREATE INDEX backtest_statistic_of_total ON backtest_statistic (name, value) WHERE statistic_group = 'total';

CREATE TABLE backtest_fill (
  result INTEGER NOT NULL,
  fill INTEGER NOT NULL CONSTRAINT backtest_fill_from_zero CHECK (fill >= 0),
  time INTEGER NOT NULL,
  strategy INTEGER NOT NULL CONSTRAINT fill_strategy CHECK (strategy >= 0),
  instrument INTEGER NOT NULL CONSTRAINT fill_instrument CHECK (instrument >= 0),
  side TEXT NOT NULL CONSTRAINT fill_side CHECK (side IN ('BUY', 'SELL')),
  price INTEGER NOT NULL,
  size INTEGER NOT NULL CONSTRAINT fill_size CHECK (size > 0),
  fee INTEGER NOT NULL,
  CONSTRAINT backtest_fill_once_number PRIMARY KEY (result, fill),
  CONSTRAINT result_of_backtest_fill FOREIGN KEY (result) REFERENCES backtest_run (result) ON DELETE CASCADE DEFERRABLE INITIALLY DEFERRED
) STRICT, WITHOUT ROWID;

CREATE TABLE backtest_trade (
  result INTEGER NOT NULL,
  trade INTEGER NOT NULL CONSTRAINT backtest_trade_from_zero CHECK (trade >= 0),
  strategy INTEGER NOT NULL CONSTRAINT trade_strategy CHECK (strategy >= 0),
  instrument INTEGER NOT NULL CONSTRAINT trade_instrument CHECK (instrument >= 0),
  direction TEXT NOT NULL CONSTRAINT trade_direction CHECK (direction IN ('LONG', 'SHORT')),
  is_open INTEGER NOT NULL CONSTRAINT trade_is_open CHECK (is_open IN (0, 1)),
  entry_time INTEGER NOT NULL,
  exit_time INTEGER NOT NULL,
  n_bars INTEGER NOT NULL CONSTRAINT trade_bars CHECK (n_bars >= 0),
  size INTEGER NOT NULL CONSTRAINT trade_size CHECK (size > 0),
  entry_price INTEGER NOT NULL,
  exit_price INTEGER NOT NULL,
  fees INTEGER NOT NULL,
  profit INTEGER NOT NULL,
  adverse INTEGER NOT NULL CONSTRAINT trade_adverse CHECK (adverse <= 0),
  favourable INTEGER NOT NULL CONSTRAINT trade_favourable CHECK (favourable >= 0),
  CONSTRAINT backtest_trade_once_number PRIMARY KEY (result, trade),
  CONSTRAINT trade_ends_after_it_begins CHECK (exit_time >= entry_time),
  CONSTRAINT result_of_backtest_trade FOREIGN KEY (result) REFERENCES backtest_run (result) ON DELETE CASCADE DEFERRABLE INITIALLY DEFERRED
) STRICT, WITHOUT ROWID;

CREATE TABLE backtest_equity (
  result INTEGER NOT NULL,
  block INTEGER NOT NULL CONSTRAINT backtest_equity_from_zero CHECK (block >= 0),
  n_points INTEGER NOT NULL CONSTRAINT equity_points CHECK (n_points BETWEEN 1 AND 1000),
  first_time INTEGER NOT NULL,
  last_time INTEGER NOT NULL,
  points TEXT NOT NULL,
  CONSTRAINT backtest_equity_once_number PRIMARY KEY (result, block),
  CONSTRAINT equity_times CHECK (last_time >= first_time),
  CONSTRAINT equity_points_counted CHECK (json_valid (points) AND json_array_length (points) = n_points),
  CONSTRAINT result_of_backtest_equity FOREIGN KEY (result) REFERENCES backtest_run (result) ON DELETE CASCADE DEFERRABLE INITIALLY DEFERRED
) STRICT;

CREATE TRIGGER backtest_run_insert BEFORE INSERT ON backtest_run
BEGIN
  SELECT RAISE (ABORT, 'result_whole: a result counts its parts, and they are all there')
   WHERE (SELECT count(*) FROM backtest_strategy WHERE result = NEW.result) <> NEW.n_strategies
      OR (SELECT count(*) FROM backtest_plugin WHERE result = NEW.result) <> NEW.n_plugins
      OR (SELECT count(*) FROM backtest_parameter WHERE result = NEW.result) <> NEW.n_parameters
      OR (SELECT count(*) FROM backtest_instrument WHERE result = NEW.result) <> NEW.n_instruments
      OR (SELECT count(*) FROM backtest_statistic WHERE result = NEW.result) <> NEW.n_statistics
      OR (SELECT count(*) FROM backtest_fill WHERE result = NEW.result) <> NEW.n_fills
      OR (SELECT count(*) FROM backtest_trade WHERE result = NEW.result) <> NEW.n_trades
      OR coalesce ((SELECT sum (n_points) FROM backtest_equity WHERE result = NEW.result), 0) <> NEW.n_points
      OR (SELECT max (strategy) + 1 - count(*) FROM backtest_strategy WHERE result = NEW.result) <> 0
      OR (SELECT max (plugin) + 1 - count(*) FROM backtest_plugin WHERE result = NEW.result) <> 0
      OR (SELECT max (parameter) + 1 - count(*) FROM backtest_parameter WHERE result = NEW.result) <> 0
      OR (SELECT max (instrument) + 1 - count(*) FROM backtest_instrument WHERE result = NEW.result) <> 0
      OR (SELECT max (statistic) + 1 - count(*) FROM backtest_statistic WHERE result = NEW.result) <> 0
      OR (SELECT max (fill) + 1 - count(*) FROM backtest_fill WHERE result = NEW.result) <> 0
      OR (SELECT max (trade) + 1 - count(*) FROM backtest_trade WHERE result = NEW.result) <> 0
      OR (SELECT max (block) + 1 - count(*) FROM backtest_equity WHERE result = NEW.result) <> 0;
  SELECT RAISE (ABORT, 'result_parts: a fill or a trade is of an instrument and a strategy of its result')
   WHERE EXISTS (SELECT 1 FROM backtest_fill WHERE result = NEW.result AND (instrument >= NEW.n_instruments OR strategy >= NEW.n_strategies))
      OR EXISTS (SELECT 1 FROM backtest_trade WHERE result = NEW.result AND (instrument >= NEW.n_instruments OR strategy >= NEW.n_strategies));
  SELECT RAISE (ABORT, 'result_order: an equity curve goes forward in time')
   WHERE EXISTS (SELECT 1 FROM backtest_equity a JOIN backtest_equity b ON b.result = a.result AND b.block = a.block + 1
             WHERE a.result = NEW.result AND b.first_time <= a.last_time);
  SELECT RAISE (ABORT, 'result_once: this user has a result of this key already')
   WHERE EXISTS (SELECT 1 FROM backtest_run WHERE user_id = NEW.user_id AND key = NEW.key);
END;

CREATE TRIGGER backtest_run_update BEFORE UPDATE ON backtest_run
BEGIN
  SELECT RAISE (ABORT, 'result_kept: a result is never changed');
END;

-- A result goes with all its rows. The foreign keys say so too, but SQLite heeds them only where a client asks for it.

CREATE TRIGGER backtest_run_delete AFTER DELETE ON backtest_run
BEGIN
  DELETE FROM backtest_strategy WHERE result = OLD.result;
  DELETE FROM backtest_plugin WHERE result = OLD.result;
  DELETE FROM backtest_parameter WHERE result = OLD.result;
  DELETE FROM backtest_instrument WHERE result = OLD.result;
  DELETE FROM backtest_statistic WHERE result = OLD.result;
  DELETE FROM backtest_fill WHERE result = OLD.result;
  DELETE FROM backtest_trade WHERE result = OLD.result;
  DELETE FROM backtest_equity WHERE result = OLD.result;
END;

-- The parts

CREATE TRIGGER backtest_strategy_insert BEFORE INSERT ON backtest_strategy
BEGIN
  SELECT RAISE (ABORT, 'result_sealed: a result that is there is never added to')
   WHERE EXISTS (SELECT 1 FROM backtest_run WHERE result = NEW.result);
END;

CREATE TRIGGER backtest_strategy_update BEFORE UPDATE ON backtest_strategy
BEGIN
  SELECT RAISE (ABORT, 'append_only: this row is never changed');
END;

CREATE TRIGGER backtest_strategy_delete BEFORE DELETE ON backtest_strategy
WHEN EXISTS (SELECT 1 FROM backtest_run WHERE result = OLD.result)
BEGIN
  SELECT RAISE (ABORT, 'append_only: this row leaves only together with its result');
END;

CREATE TRIGGER backtest_plugin_insert BEFORE INSERT ON backtest_plugin
BEGIN
  SELECT RAISE (ABORT, 'result_sealed: a result that is there is never added to')
   WHERE EXISTS (SELECT 1 FROM backtest_run WHERE result = NEW.result);
END;

CREATE TRIGGER backtest_plugin_update BEFORE UPDATE ON backtest_plugin
BEGIN
  SELECT RAISE (ABORT, 'append_only: this row is never changed');
END;

CREATE TRIGGER backtest_plugin_delete BEFORE DELETE ON backtest_plugin
WHEN EXISTS (SELECT 1 FROM backtest_run WHERE result = OLD.result)
BEGIN
  SELECT RAISE (ABORT, 'append_only: this row leaves only together with its result');
END;

CREATE TRIGGER backtest_parameter_insert BEFORE INSERT ON backtest_parameter
BEGIN
  SELECT RAISE (ABORT, 'result_sealed: a result that is there is never added to')
   WHERE EXISTS (SELECT 1 FROM backtest_run WHERE result = NEW.result);
END;

CREATE TRIGGER backtest_parameter_update BEFORE UPDATE ON backtest_parameter
BEGIN
  SELECT RAISE (ABORT, 'append_only: this row is never changed');
END;

CREATE TRIGGER backtest_parameter_delete BEFORE DELETE ON backtest_parameter
WHEN EXISTS (SELECT 1 FROM backtest_run WHERE result = OLD.result)
BEGIN
  SELECT RAISE (ABORT, 'append_only: this row leaves only together with its result');
END;

CREATE TRIGGER backtest_instrument_insert BEFORE INSERT ON backtest_instrument
BEGIN
  SELECT RAISE (ABORT, 'result_sealed: a result that is there is never added to')
   WHERE EXISTS (SELECT 1 FROM backtest_run WHERE result = NEW.result);
END;

CREATE TRIGGER backtest_instrument_update BEFORE UPDATE ON backtest_instrument
BEGIN
  SELECT RAISE (ABORT, 'append_only: this row is never changed');
END;

CREATE TRIGGER backtest_instrument_delete BEFORE DELETE ON backtest_instrument
WHEN EXISTS (SELECT 1 FROM backtest_run WHERE result = OLD.result)
BEGIN
  SELECT RAISE (ABORT, 'append_only: this row leaves only together with its result');
END;

CREATE TRIGGER backtest_statistic_insert BEFORE INSERT ON backtest_statistic
BEGIN
  SELECT RAISE (ABORT, 'result_sealed: a result that is there is never added to')
   WHERE EXISTS (SELECT 1 FROM backtest_run WHERE result = NEW.result);
END;

CREATE TRIGGER backtest_statistic_update BEFORE UPDATE ON backtest_statistic
BEGIN
  SELECT RAISE (ABORT, 'append_only: this row is never changed');
END;

CREATE TRIGGER backtest_statistic_delete BEFORE DELETE ON backtest_statistic
WHEN EXISTS (SELECT 1 FROM backtest_run WHERE result = OLD.result)
BEGIN
  SELECT RAISE (ABORT, 'append_only: this row leaves only together with its result');
END;

CREATE TRIGGER backtest_fill_insert BEFORE INSERT ON backtest_fill
BEGIN
  SELECT RAISE (ABORT, 'result_sealed: a result that is there is never added to')
   WHERE EXISTS (SELECT 1 FROM backtest_run WHERE result = NEW.result);
END;

CREATE TRIGGER backtest_fill_update BEFORE UPDATE ON backtest_fill
BEGIN
  SELECT RAISE (ABORT, 'append_only: this row is never changed');
END;

CREATE TRIGGER backtest_fill_delete BEFORE DELETE ON backtest_fill
WHEN EXISTS (SELECT 1 FROM backtest_run WHERE result = OLD.result)
BEGIN
  SELECT RAISE (ABORT, 'append_only: this row leaves only together with its result');
END;

CREATE TRIGGER backtest_trade_insert BEFORE INSERT ON backtest_trade
BEGIN
  SELECT RAISE (ABORT, 'result_sealed: a result that is there is never added to')
   WHERE EXISTS (SELECT 1 FROM backtest_run WHERE result = NEW.result);
END;

CREATE TRIGGER backtest_trade_update BEFORE UPDATE ON backtest_trade
BEGIN
  SELECT RAISE (ABORT, 'append_only: this row is never changed');
END;

CREATE TRIGGER backtest_trade_delete BEFORE DELETE ON backtest_trade
WHEN EXISTS (SELECT 1 FROM backtest_run WHERE result = OLD.result)
BEGIN
  SELECT RAISE (ABORT, 'append_only: this row leaves only together with its result');
END;

CREATE TRIGGER backtest_equity_insert BEFORE INSERT ON backtest_equity
BEGIN
  SELECT RAISE (ABORT, 'result_sealed: a result that is there is never added to')
   WHERE EXISTS (SELECT 1 FROM backtest_run WHERE result = NEW.result);
END;

CREATE TRIGGER backtest_equity_update BEFORE UPDATE ON backtest_equity
BEGIN
  SELECT RAISE (ABORT, 'append_only: this row is never changed');
END;

CREATE TRIGGER backtest_equity_delete BEFORE DELETE ON backtest_equity
WHEN EXISTS (SELECT 1 FROM backtest_run WHERE result = OLD.result)
BEGIN
  SELECT RAISE (ABORT, 'append_only: this row leaves only together with its result');
END;

-- For reading

CREATE VIEW v_backtest_run AS
SELECT r.user_id,
  r.key,
  r.name,
  r.engine,
  strftime ('%Y-%m-%dT%H:%M:%SZ', r.created_time / 1000000000, 'unixepoch') AS created_time,
  strftime ('%Y-%m-%dT%H:%M:%SZ', r.from_time / 1000000000, 'unixepoch') AS from_time,
  strftime ('%Y-%m-%dT%H:%M:%SZ', r.to_time / 1000000000, 'unixepoch') AS to_time,
  r.currency,
  iif (r.initial_equity < 0, '-', '')
    || abs (r.initial_equity / cs.power)
    || iif (cs.scale > 0, '.' || printf ('%0*d', cs.scale, abs (r.initial_equity % cs.power)), '') AS initial_equity,
  r.n_sets,
  r.n_bars,
  r.n_instruments,
  r.n_fills,
  r.n_trades,
  r.n_points,
  r.took_ns,
  r.data_hash,
  r.result
FROM backtest_run r
  JOIN currency c ON c.code = r.currency
  JOIN power_of_ten cs ON cs.scale = c.scale;

CREATE VIEW v_backtest_fill AS
SELECT r.user_id,
  r.key,
  t.fill,
  strftime ('%Y-%m-%dT%H:%M:%SZ', t.time / 1000000000, 'unixepoch') AS time,
  s.plugin AS strategy,
  i.id AS instrument,
  t.side,
  iif (t.price < 0, '-', '')
    || abs (t.price / ps.power)
    || iif (ps.scale > 0, '.' || printf ('%0*d', ps.scale, abs (t.price % ps.power)), '') AS price,
  iif (t.size < 0, '-', '')
    || abs (t.size / ss.power)
    || iif (ss.scale > 0, '.' || printf ('%0*d', ss.scale, abs (t.size % ss.power)), '') AS size,
  iif (t.fee < 0, '-', '')
    || abs (t.fee / cs.power)
    || iif (cs.scale > 0, '.' || printf ('%0*d', cs.scale, abs (t.fee % cs.power)), '') AS fee,
  r.currency
FROM backtest_fill t
  JOIN backtest_run r ON r.result = t.result
  JOIN currency c ON c.code = r.currency
  JOIN power_of_ten cs ON cs.scale = c.scale
  JOIN backtest_instrument i ON i.result = t.result AND i.instrument = t.instrument
  JOIN power_of_ten ps ON ps.scale = i.price_scale
  JOIN power_of_ten ss ON ss.scale = i.size_scale
  JOIN backtest_strategy s ON s.result = t.result AND s.strategy = t.strategy;

CREATE VIEW v_backtest_trade AS
SELECT r.user_id,
  r.key,
  t.trade,
  s.plugin AS strategy,
  i.id AS instrument,
  t.direction,
  t.is_open,
  strftime ('%Y-%m-%dT%H:%M:%SZ', t.entry_time / 1000000000, 'unixepoch') AS entry_time,
  strftime ('%Y-%m-%dT%H:%M:%SZ', t.exit_time / 1000000000, 'unixepoch') AS exit_time,
  t.n_bars,
  iif (t.size < 0, '-', '')
    || abs (t.size / ss.power)
    || iif (ss.scale > 0, '.' || printf ('%0*d', ss.scale, abs (t.size % ss.power)), '') AS size,
  iif (t.entry_price < 0, '-', '')
    || abs (t.entry_price / ps.power)
    || iif (ps.scale > 0, '.' || printf ('%0*d', ps.scale, abs (t.entry_price % ps.power)), '') AS entry_price,
  iif (t.exit_price < 0, '-', '')
    || abs (t.exit_price / ps.power)
    || iif (ps.scale > 0, '.' || printf ('%0*d', ps.scale, abs (t.exit_price % ps.power)), '') AS exit_price,
  iif (t.fees < 0, '-', '')
    || abs (t.fees / cs.power)
    || iif (cs.scale > 0, '.' || printf ('%0*d', cs.scale, abs (t.fees % cs.power)), '') AS fees,
  iif (t.profit < 0, '-', '')
    || abs (t.profit / cs.power)
    || iif (cs.scale > 0, '.' || printf ('%0*d', cs.scale, abs (t.profit % cs.power)), '') AS profit,
  iif (t.adverse < 0, '-', '')
    || abs (t.adverse / cs.power)
    || iif (cs.scale > 0, '.' || printf ('%0*d', cs.scale, abs (t.adverse % cs.power)), '') AS adverse,
  iif (t.favourable < 0, '-', '')
    || abs (t.favourable / cs.power)
    || iif (cs.scale > 0, '.' || printf ('%0*d', cs.scale, abs (t.favourable % cs.power)), '') AS favourable,
  r.currency
FROM backtest_trade t
  JOIN backtest_run r ON r.result = t.result
  JOIN currency c ON c.code = r.currency
  JOIN power_of_ten cs ON cs.scale = c.scale
  JOIN backtest_instrument i ON i.result = t.result AND i.instrument = t.instrument
  JOIN power_of_ten ps ON ps.scale = i.price_scale
  JOIN power_of_ten ss ON ss.scale = i.size_scale
  JOIN backtest_strategy s ON s.result = t.result AND s.strategy = t.strategy;

CREATE VIEW v_backtest_statistic AS
SELECT r.user_id,
  r.key,
  s.statistic_group,
  s.name,
  s.value,
  s.exact,
  s.statistic
FROM backtest_statistic s
  JOIN backtest_run r ON r.result = s.result;

CREATE VIEW v_backtest_parameter AS
SELECT r.user_id,
  r.key,
  p.name,
  p.value
FROM backtest_parameter p
  JOIN backtest_run r ON r.result = p.result;

-- Money as integers, for sums.
CREATE VIEW backtest_point AS
SELECT e.result,
  e.block * 1000 + p.key AS point,
  p.value ->> 0 AS time,
  p.value ->> 1 AS equity,
  p.value ->> 2 AS cash,
  p.value ->> 3 AS exposure,
  p.value ->> 4 AS benchmark
FROM backtest_equity e, json_each (e.points) p;

CREATE VIEW v_backtest_equity AS
SELECT r.user_id,
  r.key,
  p.point,
  strftime ('%Y-%m-%dT%H:%M:%SZ', p.time / 1000000000, 'unixepoch') AS time,
  iif (p.equity < 0, '-', '')
    || abs (p.equity / cs.power)
    || iif (cs.scale > 0, '.' || printf ('%0*d', cs.scale, abs (p.equity % cs.power)), '') AS equity,
  iif (p.cash < 0, '-', '')
    || abs (p.cash / cs.power)
    || iif (cs.scale > 0, '.' || printf ('%0*d', cs.scale, abs (p.cash % cs.power)), '') AS cash,
  iif (p.exposure < 0, '-', '')
    || abs (p.exposure / cs.power)
    || iif (cs.scale > 0, '.' || printf ('%0*d', cs.scale, abs (p.exposure % cs.power)), '') AS exposure,
  iif (p.benchmark < 0, '-', '')
    || abs (p.benchmark / cs.power)
    || iif (cs.scale > 0, '.' || printf ('%0*d', cs.scale, abs (p.benchmark % cs.power)), '') AS benchmark,
  r.currency
FROM backtest_point p
  JOIN backtest_run r ON r.result = p.result
  JOIN currency c ON c.code = r.currency
  JOIN power_of_ten cs ON cs.scale = c.scale;

-- Parts as texts, each with its bytes counted before it.
CREATE VIEW backtest_text AS
SELECT r.result,
  coalesce ((SELECT group_concat (text, '') FROM (
      SELECT p.strategy AS number, length (CAST (p.plugin AS BLOB)) || ':' || p.plugin AS text
      FROM backtest_strategy p WHERE p.result = r.result ORDER BY p.strategy) t), '') AS strategies,
  coalesce ((SELECT group_concat (text, '') FROM (
      SELECT p.plugin AS number, length (CAST (p.id AS BLOB)) || ':' || p.id
        || length (CAST (ifnull ('+' || p.version, '-') AS BLOB)) || ':' || ifnull ('+' || p.version, '-') AS text
      FROM backtest_plugin p WHERE p.result = r.result ORDER BY p.plugin) t), '') AS plugins,
  coalesce ((SELECT group_concat (text, '') FROM (
      SELECT p.parameter AS number, length (CAST (p.name AS BLOB)) || ':' || p.name
        || length (CAST (ifnull ('+' || p.value, '-') AS BLOB)) || ':' || ifnull ('+' || p.value, '-') AS text
      FROM backtest_parameter p WHERE p.result = r.result ORDER BY p.parameter) t), '') AS parameters,
  coalesce ((SELECT group_concat (text, '') FROM (
      SELECT p.instrument AS number, length (CAST (p.id AS BLOB)) || ':' || p.id
        || length (CAST (p.symbol AS BLOB)) || ':' || p.symbol
        || length (CAST (p.venue AS BLOB)) || ':' || p.venue
        || length (CAST (p.settlement AS BLOB)) || ':' || p.settlement
        || length (CAST (ifnull ('+' || p.base, '-') AS BLOB)) || ':' || ifnull ('+' || p.base, '-')
        || length (CAST (p.quote AS BLOB)) || ':' || p.quote
        || length (CAST (p.price_scale AS BLOB)) || ':' || p.price_scale
        || length (CAST (p.size_scale AS BLOB)) || ':' || p.size_scale
        || length (CAST (p.price_step AS BLOB)) || ':' || p.price_step
        || length (CAST (p.size_step AS BLOB)) || ':' || p.size_step
        || length (CAST (p.size_min AS BLOB)) || ':' || p.size_min
        || length (CAST (p.size_max AS BLOB)) || ':' || p.size_max
        || length (CAST (p.notional_min AS BLOB)) || ':' || p.notional_min
        || length (CAST (p.maker_fee AS BLOB)) || ':' || p.maker_fee
        || length (CAST (p.taker_fee AS BLOB)) || ':' || p.taker_fee AS text
      FROM backtest_instrument p WHERE p.result = r.result ORDER BY p.instrument) t), '') AS instruments,
  coalesce ((SELECT group_concat (text, '') FROM (
      SELECT p.statistic AS number, length (CAST (p.statistic_group AS BLOB)) || ':' || p.statistic_group
        || length (CAST (p.name AS BLOB)) || ':' || p.name
        || length (CAST (p.exact AS BLOB)) || ':' || p.exact AS text
      FROM backtest_statistic p WHERE p.result = r.result ORDER BY p.statistic) t), '') AS statistics
FROM backtest_run r;

CREATE VIEW backtest_summary AS
SELECT p.result,
  length (CAST (p.strategies AS BLOB)) || ':' || p.strategies
    || length (CAST (p.plugins AS BLOB)) || ':' || p.plugins
    || length (CAST (p.parameters AS BLOB)) || ':' || p.parameters
    || length (CAST (p.instruments AS BLOB)) || ':' || p.instruments
    || length (CAST (p.statistics AS BLOB)) || ':' || p.statistics AS summary
FROM backtest_text p;
