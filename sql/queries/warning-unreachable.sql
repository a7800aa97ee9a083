-- People whom several messages did not reach; they belong to the region of their enterprise, officials to their own.
-- Values: since, messages at least
SELECT 'person' AS subject_type, CAST(s.person_id AS CHAR) AS subject_id, g.enterprise_id, g.region_code,
  'notification' AS kind, SUBSTRING_INDEX(s.ids, ',', 50) AS ids, s.n, s.newest, '' AS a, '' AS b, '' AS c, p.name AS d
FROM (
  SELECT n.person_id, COUNT(*) AS n, MAX(n.id) AS newest, GROUP_CONCAT(n.id ORDER BY n.id DESC) AS ids
  FROM notification n
  -- what we or the platform are to blame for says nothing of the receiver
  WHERE n.state = 'dead' AND n.fault = 'receiver' AND n.created_at > ?
  GROUP BY n.person_id
  HAVING COUNT(*) >= ?
) s
JOIN person p ON p.id = s.person_id AND p.active
JOIN (
  SELECT h.person_id, MIN(h.enterprise_id) AS enterprise_id, MIN(COALESCE(e.region_code, h.region_prefix)) AS region_code
  FROM person_grant h
  LEFT JOIN enterprise e ON e.id = h.enterprise_id
  GROUP BY h.person_id
) g ON g.person_id = s.person_id
