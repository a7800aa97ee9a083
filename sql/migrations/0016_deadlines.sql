-- Nothing waits without end: who has handed in a correction or taken on a warning is followed by a date as well. The
-- database keeps the dates itself, so that no writer can forget them.
ALTER TABLE finding ADD COLUMN /*M! IF NOT EXISTS */ verify_by DATETIME(3)
  -- a minor one waits for the next report of its point, the others for an official
  GENERATED ALWAYS AS (IF(state = 'submitted', submitted_at + INTERVAL IF(severity = 'minor', 30, 5) DAY, NULL)) STORED;

ALTER TABLE warning ADD COLUMN /*M! IF NOT EXISTS */ handle_by DATETIME(3)
  GENERATED ALWAYS AS (IF(state = 'acknowledged', acknowledged_at + INTERVAL IF(level = 'major', 7, 14) DAY, NULL)) STORED,
  ADD INDEX /*M! IF NOT EXISTS */ warning_handle (handle_by);

INSERT IGNORE INTO warning_rule (code, version, zh, params, level, ack_hours, message, created_at) VALUES
  ('unverified', 1, '整改没有核验', '{"quietDays": 7}', 'normal', 48,
   '有 {n} 项整改提交后过了核验期限，最早的期限是 {b}。', '2026-11-01 00:00:00');
