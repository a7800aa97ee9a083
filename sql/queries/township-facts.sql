-- What speaks for a visit to some enterprises. Values: ids, ids, now, first recent date twice, ids, first date, last date, ids
SELECT e.id,
  COALESCE(w.major, 0) AS majorWarnings, COALESCE(w.normal, 0) AS normalWarnings,
  COALESCE(f.major, 0) AS overdueMajor, COALESCE(f.general, 0) AS overdueGeneral, COALESCE(f.minor, 0) AS overdueMinor,
  COALESCE(t.due, 0) AS due, COALESCE(t.done, 0) AS done,
  COALESCE(t.recent_due, 0) AS recentDue, COALESCE(t.recent_done, 0) AS recentDone
FROM enterprise e
LEFT JOIN (
  SELECT enterprise_id, SUM(level = 'major') AS major, SUM(level = 'normal') AS normal
  FROM warning
  WHERE enterprise_id IN (?) AND state IN ('open', 'acknowledged') AND eased_at IS NULL
  GROUP BY enterprise_id
) w ON w.enterprise_id = e.id
LEFT JOIN (
  SELECT enterprise_id, SUM(severity = 'major') AS major, SUM(severity = 'general') AS general, SUM(severity = 'minor') AS minor
  FROM finding
  WHERE enterprise_id IN (?) AND state = 'open' AND due_at < ?
  GROUP BY enterprise_id
) f ON f.enterprise_id = e.id
LEFT JOIN (
  SELECT enterprise_id, COUNT(*) AS due, SUM(state <> 'missed') AS done,
    SUM(task_date >= ?) AS recent_due, SUM(task_date >= ? AND state <> 'missed') AS recent_done
  FROM task
  WHERE enterprise_id IN (?) AND task_date BETWEEN ? AND ? AND state IN ('done', 'late', 'missed')
  GROUP BY enterprise_id
) t ON t.enterprise_id = e.id
WHERE e.id IN (?)
