-- Corrections that did not pass. A finding that was rejected of late is open, or was closed since. Values: ids, since, since
SELECT f.enterprise_id, s.id, f.id AS finding_id, s.at
FROM finding f JOIN finding_step s ON s.finding_id = f.id
WHERE f.enterprise_id IN (?) AND (f.closed_at IS NULL OR f.closed_at >= ?) AND s.kind = 'rejected' AND s.at >= ?
