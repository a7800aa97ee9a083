-- Tasks whose grace is over become missed. Values: closed_at, from id, to id, now
UPDATE task SET state = 'missed', closed_at = ?
WHERE id BETWEEN ? AND ? AND state = 'open' AND grace_until <= ?
