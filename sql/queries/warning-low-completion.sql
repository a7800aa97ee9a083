-- Enterprises of the chunk that did too few of the tasks that were decided in the span; what is open or excused does not count.
-- Values: from id, to id, first date, last date, tasks at least, percent
SELECT 'enterprise' AS subject_type, CAST(e.id AS CHAR) AS subject_id, e.id AS enterprise_id, e.region_code,
  'task' AS kind, SUBSTRING_INDEX(s.ids, ',', 50) AS ids, s.missed AS n, 0 AS newest,
  FLOOR(100 * (s.due - s.missed) / s.due) AS a, s.due - s.missed AS b, s.due AS c, '' AS d
FROM (
  SELECT t.enterprise_id, COUNT(*) AS due, SUM(t.state = 'missed') AS missed,
    GROUP_CONCAT(IF(t.state = 'missed', t.id, NULL) ORDER BY t.task_date DESC, t.id DESC) AS ids
  FROM task t
  WHERE t.enterprise_id BETWEEN ? AND ? AND t.task_date BETWEEN ? AND ? AND t.state IN ('done', 'late', 'missed')
  GROUP BY t.enterprise_id
  HAVING COUNT(*) >= ? AND 100 * (COUNT(*) - SUM(t.state = 'missed')) < ? * COUNT(*)
) s
JOIN enterprise e ON e.id = s.enterprise_id
