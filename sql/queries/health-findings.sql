-- Findings that may cost points: open ones, and those closed of late that were overdue, major or a recurrence.
-- A correction that waits for its verification counts as put right since it was handed in. Values: ids, closed since
SELECT f.enterprise_id, f.id, f.point_id, f.item_code, f.severity, f.opened_at, f.due_at, f.contain_due_at, f.contained_at,
  COALESCE(f.submitted_at, f.closed_at) AS fixed_at, f.closed_at, f.previous_id
FROM finding f
WHERE f.enterprise_id IN (?) AND (f.closed_at IS NULL OR f.closed_at >= ?)
  AND (f.severity = 'major' OR f.previous_id IS NOT NULL OR COALESCE(f.submitted_at, f.closed_at) IS NULL
    OR COALESCE(f.submitted_at, f.closed_at) > f.due_at)
