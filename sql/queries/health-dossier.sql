-- Verified petitions, penalties and confirmed major incidents. Values: ids, since, ids, since, ids, since
SELECT p.enterprise_id, p.id, 'petition' AS type, p.issue AS kind, NULL AS amount, NULL AS veto, p.decided_at AS at
FROM petition p WHERE p.enterprise_id IN (?) AND p.state = 'verified' AND p.decided_at >= ?
UNION ALL
SELECT n.enterprise_id, n.id, 'penalty', n.kind, n.amount + 0E0, n.veto, TIMESTAMP(n.decided_on) - INTERVAL 8 HOUR
FROM penalty n WHERE n.enterprise_id IN (?) AND n.state = 'in_force' AND n.decided_on >= ?
UNION ALL
SELECT i.enterprise_id, i.id, 'incident', i.level, NULL, NULL, i.confirmed_at
FROM incident i WHERE i.enterprise_id IN (?) AND i.state IN ('confirmed', 'closed') AND i.level = 'major' AND i.confirmed_at >= ?
