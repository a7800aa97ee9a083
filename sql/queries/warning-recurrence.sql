-- Enterprises of the chunk where something that had been closed came back.
-- Values: from id, to id, since
SELECT 'enterprise' AS subject_type, CAST(e.id AS CHAR) AS subject_id, e.id AS enterprise_id, e.region_code,
  'finding' AS kind, SUBSTRING_INDEX(GROUP_CONCAT(f.id ORDER BY f.id DESC), ',', 50) AS ids, COUNT(*) AS n, MAX(f.id) AS newest,
  SUBSTRING_INDEX(GROUP_CONCAT(DISTINCT f.item_zh ORDER BY f.item_zh SEPARATOR '、'), '、', 3) AS a, '' AS b, '' AS c, '' AS d
FROM finding f
JOIN enterprise e ON e.id = f.enterprise_id
WHERE f.enterprise_id BETWEEN ? AND ? AND f.previous_id IS NOT NULL AND f.opened_at > ?
GROUP BY e.id, e.region_code
