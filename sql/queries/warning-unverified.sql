-- Enterprises of the chunk with corrections that nobody has verified in time. Values: from id, to id, now
SELECT 'enterprise' AS subject_type, CAST(e.id AS CHAR) AS subject_id, e.id AS enterprise_id, e.region_code,
  'finding' AS kind, SUBSTRING_INDEX(GROUP_CONCAT(f.id ORDER BY f.verify_by, f.id), ',', 50) AS ids, COUNT(*) AS n, MAX(f.id) AS newest,
  '' AS a, DATE(MIN(f.verify_by) + INTERVAL 8 HOUR) AS b, '' AS c, '' AS d
FROM finding f
JOIN enterprise e ON e.id = f.enterprise_id
WHERE f.enterprise_id BETWEEN ? AND ? AND f.state = 'submitted' AND f.verify_by < ?
GROUP BY e.id, e.region_code
