-- Values: owner, lease seconds, channels, now, batch
UPDATE notification
SET lease_owner = ?, lease_until = UTC_TIMESTAMP(3) + INTERVAL ? SECOND, attempts = attempts + 1
WHERE state = 'queued' AND channel IN (?) AND next_attempt_at <= ? AND (lease_until IS NULL OR lease_until < UTC_TIMESTAMP(3))
ORDER BY next_attempt_at, id LIMIT ?
