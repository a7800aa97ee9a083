-- Enterprises of the chunk whose code has been red (or black) for so long that an official is due on site: a visit, a check
-- on site, a correction verified at the door. Values: now, from id, to id, then the instant before which it is too long ago, five times
SELECT 'enterprise' AS subject_type, CAST(e.id AS CHAR) AS subject_id, e.id AS enterprise_id, e.region_code,
  'enterprise' AS kind, e.id AS ids, 1 AS n, 0 AS newest,
  IF(c.colour = 'black', '黑码', '红码') AS a, DATEDIFF(? + INTERVAL 8 HOUR, c.colour_since + INTERVAL 8 HOUR) AS b, '' AS c, '' AS d
FROM health_code c
JOIN enterprise e ON e.id = c.enterprise_id
WHERE c.enterprise_id BETWEEN ? AND ? AND c.colour IN ('red', 'black') AND c.colour_since <= ?
  AND NOT EXISTS (SELECT 1 FROM visit v WHERE v.enterprise_id = e.id AND v.state IN ('recorded', 'followed_up') AND v.left_at > ?)
  AND NOT EXISTS (SELECT 1 FROM health_site_check k WHERE k.enterprise_id = e.id AND k.checked_at > ?)
  AND NOT EXISTS (SELECT 1 FROM finding f JOIN finding_step s ON s.finding_id = f.id
    WHERE f.enterprise_id = e.id AND s.at > ? AND s.kind IN ('verified', 'rejected') AND JSON_UNQUOTE(JSON_EXTRACT(s.evidence, '$.onSite')) = 'true')
  AND NOT EXISTS (SELECT 1 FROM supervision u JOIN supervision_step s ON s.supervision_id = u.id
    WHERE u.enterprise_id = e.id AND s.at > ? AND s.kind = 'check')
