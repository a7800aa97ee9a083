-- Stays of the chunk whose enterprise has had nothing overdue for the quiet days since it was taken in or last checked:
-- time for a check on site. Values: deadline of the check, from id, to id, quiet since twice, now, now, quiet since
UPDATE supervision s SET s.state = 'checking', s.due_on = ?
WHERE s.state = 'active' AND s.enterprise_id BETWEEN ? AND ? AND s.confirmed_at < ?
  AND NOT EXISTS (SELECT 1 FROM supervision_step c WHERE c.supervision_id = s.id AND c.kind = 'check' AND c.at >= ?)
  AND NOT EXISTS (
    SELECT 1 FROM finding f
    WHERE f.enterprise_id = s.enterprise_id AND f.severity IN ('major', 'general') AND f.due_at < ?
      AND COALESCE(f.submitted_at, f.closed_at, ?) > f.due_at
      AND (f.state = 'open' OR COALESCE(f.submitted_at, f.closed_at) >= ?)
  )
