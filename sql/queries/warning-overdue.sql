-- Enterprises of the chunk with findings of one severity past their deadline, or major ones past that of containment.
-- What was handed in waits for somebody else and is no delay of the enterprise. Values: from id, to id, severity, now, now
SELECT 'enterprise' AS subject_type, CAST(e.id AS CHAR) AS subject_id, e.id AS enterprise_id, e.region_code,
  'finding' AS kind, SUBSTRING_INDEX(GROUP_CONCAT(f.id ORDER BY f.due_at, f.id), ',', 50) AS ids, COUNT(*) AS n, MAX(f.id) AS newest,
  '' AS a, DATE(MIN(IF(f.contained_at IS NULL, COALESCE(f.contain_due_at, f.due_at), f.due_at)) + INTERVAL 8 HOUR) AS b, '' AS c, '' AS d
FROM finding f
JOIN enterprise e ON e.id = f.enterprise_id
WHERE f.enterprise_id BETWEEN ? AND ? AND f.state = 'open' AND f.severity = ?
  AND (f.due_at < ? OR (f.contain_due_at < ? AND f.contained_at IS NULL))
GROUP BY e.id, e.region_code
