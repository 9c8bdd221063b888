SELECT r.result
FROM (SELECT (CAST (##rows::string AS jsonb) -> 0 ->> 0) AS key,
        (CAST (##rows::string AS jsonb) -> 0 ->> 1) AS strategy,
        (CAST (##rows::string AS jsonb) -> 0 ->> 2) AS instrument,
        CAST ((CAST (##rows::string AS jsonb) -> 0 ->> 3) AS bigint) AS since,
        CAST ((CAST (##rows::string AS jsonb) -> 0 ->> 4) AS bigint) AS until,
        (CAST (##rows::string AS jsonb) -> 0 ->> 5) AS statistic,
        CAST ((CAST (##rows::string AS jsonb) -> 0 ->> 6) AS double precision) AS minimum,
        CAST ((CAST (##rows::string AS jsonb) -> 0 ->> 7) AS double precision) AS maximum,
        (CAST (##rows::string AS jsonb) -> 0 ->> 8) AS order_name,
        CAST ((CAST (##rows::string AS jsonb) -> 0 ->> 9) AS bigint) AS reversed,
        CAST ((CAST (##rows::string AS jsonb) -> 0 ->> 10) AS bigint) AS skip,
        CAST ((CAST (##rows::string AS jsonb) -> 0 ->> 11) AS bigint) AS most) q
  JOIN backtest_run r ON r.key >= q.key AND r.key < q.key || 'g'
  LEFT JOIN backtest_statistic s ON s.result = r.result AND s.statistic_group = 'total' AND s.name = q.statistic
  LEFT JOIN backtest_statistic o ON o.result = r.result AND o.statistic_group = 'total' AND o.name = q.order_name
WHERE (##user::string = '' OR r.user_id = ##user::string)
  AND (q.strategy = '' OR EXISTS (SELECT 1 FROM backtest_strategy t WHERE t.result = r.result AND t.plugin = q.strategy))
  AND (q.instrument = '' OR EXISTS (SELECT 1 FROM backtest_instrument i
                                     WHERE i.result = r.result AND (i.id = q.instrument OR i.symbol = q.instrument)))
  AND r.created_time >= q.since
  AND (q.until = 0 OR r.created_time < q.until)
  AND (q.minimum IS NULL OR s.value >= q.minimum)
  AND (q.maximum IS NULL OR s.value <= q.maximum)
ORDER BY CASE WHEN o.value IS NULL AND q.order_name <> '' THEN 1 ELSE 0 END,
  CASE WHEN q.order_name <> '' THEN CASE q.reversed WHEN 1 THEN o.value ELSE - o.value END ELSE 0 END,
  CASE WHEN q.order_name = '' AND q.reversed = 1 THEN r.created_time ELSE - r.created_time END,
  CASE WHEN q.order_name = '' AND q.reversed = 1 THEN r.result ELSE - r.result END
LIMIT (nullif (CAST ((CAST (##rows::string AS jsonb) -> 0 ->> 11) AS bigint), 0))
OFFSET (CAST ((CAST (##rows::string AS jsonb) -> 0 ->> 10) AS bigint))
