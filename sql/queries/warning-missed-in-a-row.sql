-- Enterprises of the chunk with a missed task on so many calendar days in a row, the last of them not long ago.
-- Values: from id, to id, first date, last date, days in a row, earliest last day
SELECT 'enterprise' AS subject_type, CAST(s.enterprise_id AS CHAR) AS subject_id, s.enterprise_id, e.region_code,
  'task' AS kind, SUBSTRING_INDEX(GROUP_CONCAT(s.ids ORDER BY s.task_date DESC), ',', 50) AS ids, SUM(s.n) AS n, 0 AS newest,
  COUNT(*) AS a, MIN(s.task_date) AS b, MAX(s.task_date) AS c, '' AS d
FROM (
  -- days in a row share the date that their number in the row leads back to
  SELECT d.enterprise_id, d.task_date, d.n, d.ids,
    DATE_SUB(d.task_date, INTERVAL ROW_NUMBER() OVER (PARTITION BY d.enterprise_id ORDER BY d.task_date) DAY) AS row_start
  FROM (
    SELECT t.enterprise_id, t.task_date, COUNT(*) AS n, GROUP_CONCAT(t.id ORDER BY t.id DESC) AS ids
    FROM task t
    WHERE t.enterprise_id BETWEEN ? AND ? AND t.task_date BETWEEN ? AND ? AND t.state = 'missed'
    GROUP BY t.enterprise_id, t.task_date
  ) d
) s
JOIN enterprise e ON e.id = s.enterprise_id
GROUP BY s.enterprise_id, s.row_start, e.region_code
HAVING COUNT(*) >= ? AND MAX(s.task_date) >= ?
