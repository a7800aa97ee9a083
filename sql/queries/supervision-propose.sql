-- Enterprises of the chunk with too many findings that ran past their deadline: still overdue, or corrected late within the
-- span. Who is under supervision, or was let go or turned down within the quiet days, is left out.
-- Values: rule version, now, deadline of the decision, days of the span, from id, to id, now, now, since, quiet since, major at least, general at least
INSERT INTO supervision (enterprise_id, open_key, rule_version, proposed_at, due_on, reason, evidence)
SELECT o.enterprise_id, o.enterprise_id, ?, ?, ?,
  CONCAT('近 ', ?, ' 天有', IF(o.major > 0, CONCAT(' ', o.major, ' 个重大问题'), ''), IF(o.major > 0 AND o.general > 0, '、', ''),
    IF(o.general > 0, CONCAT(' ', o.general, ' 个一般问题'), ''), '超过整改期限。'),
  CONCAT('{"findings": [', o.ids, ']}')
FROM (
  SELECT f.enterprise_id, SUM(f.severity = 'major') AS major, SUM(f.severity = 'general') AS general,
    SUBSTRING_INDEX(GROUP_CONCAT(f.id ORDER BY f.due_at, f.id), ',', 50) AS ids
  FROM finding f
  WHERE f.enterprise_id BETWEEN ? AND ? AND f.severity IN ('major', 'general') AND f.due_at < ?
    AND COALESCE(f.submitted_at, f.closed_at, ?) > f.due_at
    AND (f.state = 'open' OR f.due_at >= ?)
  GROUP BY f.enterprise_id
) o
WHERE NOT EXISTS (SELECT 1 FROM supervision s WHERE s.open_key = o.enterprise_id)
  AND NOT EXISTS (SELECT 1 FROM supervision s WHERE s.enterprise_id = o.enterprise_id AND s.ended_at >= ?)
  AND (o.major >= ? OR o.general >= ?)
