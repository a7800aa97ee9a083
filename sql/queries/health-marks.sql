-- What was disputed, and what was restored. Values: ids, ids
SELECT d.enterprise_id, d.fact_key, 'dispute' AS kind, d.filed_at AS at, d.decided_at, d.state
FROM health_dispute d WHERE d.enterprise_id IN (?)
UNION ALL
SELECT r.enterprise_id, r.fact_key, 'repair', r.checked_at, NULL, r.state
FROM health_repair r WHERE r.enterprise_id IN (?) AND r.state = 'verified'
