SELECT r.[result]
FROM (SELECT json_extract (##rows::string, '$[0][0]') AS key,
        json_extract (##rows::string, '$[0][1]') AS strategy,
        json_extract (##rows::string, '$[0][2]') AS instrument,
        json_extract (##rows::string, '$[0][3]') AS since,
        json_extract (##rows::string, '$[0][4]') AS until,
        json_extract (##rows::string, '$[0][5]') AS statistic,
        CAST (json_extract (##rows::string, '$[0][6]') AS REAL) AS minimum,
        CAST (json_extract (##rows::string, '$[0][7]') AS REAL) AS maximum,
        json_extract (##rows::string, '$[0][8]') AS order_name,
        json_extract (##rows::string, '$[0][9]') AS reversed,
        json_extract (##rows::string, '$[0][10]') AS skip,
        json_extract (##rows::string, '$[0][11]') AS most) q
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
LIMIT (CASE json_extract (##rows::string, '$[0][11]') WHEN 0 THEN -1 ELSE json_extract (##rows::string, '$[0][11]') END)
OFFSET (json_extract (##rows::string, '$[0][10]'))
