-- What waits to be acknowledged, by person and rule, for the officials whose turn it is. Major ones of today were told
-- at once already. Values: start of the day, from person, to person
SELECT v.person_id, c.rule_code, CAST(SUM(c.n) AS SIGNED) AS n
FROM (
  SELECT tier, region_code, rule_code, COUNT(*) AS n
  FROM warning
  WHERE state = 'open' AND eased_at IS NULL AND (level = 'normal' OR opened_at < ?)
  GROUP BY tier, region_code, rule_code
) c
JOIN (
  SELECT DISTINCT g.person_id, g.role, r.region_code
  FROM person_grant g
  JOIN person p ON p.id = g.person_id AND p.active
  JOIN (SELECT DISTINCT region_code FROM warning WHERE state = 'open') r ON r.region_code LIKE CONCAT(g.region_prefix, '%')
  WHERE g.person_id BETWEEN ? AND ? AND g.role <> 'officer'
) v ON v.region_code = c.region_code
  AND v.role = CASE c.tier WHEN 'township' THEN 'township' WHEN 'enforcement' THEN 'enforcement' ELSE 'regulator' END
GROUP BY v.person_id, c.rule_code
ORDER BY v.person_id, n DESC, c.rule_code
