-- Enterprises of the chunk with too many reports that deserve little trust.
-- Values: from id, to id, since, score, reports at least
SELECT 'enterprise' AS subject_type, CAST(e.id AS CHAR) AS subject_id, e.id AS enterprise_id, e.region_code,
  'report' AS kind, SUBSTRING_INDEX(s.ids, ',', 50) AS ids, s.n, 0 AS newest, s.lowest AS a, '' AS b, '' AS c, '' AS d
FROM (
  SELECT r.enterprise_id, COUNT(*) AS n, MIN(r.trust_score) AS lowest, GROUP_CONCAT(r.id ORDER BY r.id DESC) AS ids
  FROM report r
  WHERE r.enterprise_id BETWEEN ? AND ? AND r.received_at > ? AND r.trust_score < ?
  GROUP BY r.enterprise_id
  HAVING COUNT(*) >= ?
) s
JOIN enterprise e ON e.id = s.enterprise_id
