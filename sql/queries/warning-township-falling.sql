-- Townships whose completion of late lies far below that of the span before. The rows behind it are the enterprises that
-- missed most. Values: first recent date four times, first date, last date, tasks at least twice, percentage points
SELECT 'region' AS subject_type, x.region_code AS subject_id, NULL AS enterprise_id, x.region_code,
  'enterprise' AS kind, SUBSTRING_INDEX(x.ids, ',', 50) AS ids, x.n, 0 AS newest,
  ROUND(x.recent_rate) AS a, ROUND(x.base_rate) AS b, ROUND(x.base_rate - x.recent_rate) AS c, r.name AS d
FROM (
  SELECT e.region_code, SUM(s.recent) AS recent, SUM(s.base) AS base, SUM(s.recent > s.recent_done) AS n,
    100 * SUM(s.recent_done) / SUM(s.recent) AS recent_rate, 100 * SUM(s.base_done) / SUM(s.base) AS base_rate,
    GROUP_CONCAT(IF(s.recent > s.recent_done, e.id, NULL) ORDER BY s.recent - s.recent_done DESC, e.id) AS ids
  FROM (
    SELECT t.enterprise_id,
      SUM(t.task_date >= ?) AS recent, SUM(t.task_date >= ? AND t.state <> 'missed') AS recent_done,
      SUM(t.task_date < ?) AS base, SUM(t.task_date < ? AND t.state <> 'missed') AS base_done
    FROM task t
    WHERE t.task_date BETWEEN ? AND ? AND t.state IN ('done', 'late', 'missed')
    GROUP BY t.enterprise_id
  ) s
  JOIN enterprise e ON e.id = s.enterprise_id
  GROUP BY e.region_code
) x
JOIN region r ON r.code = x.region_code
WHERE x.recent >= ? AND x.base >= ? AND x.base_rate - x.recent_rate >= ?
