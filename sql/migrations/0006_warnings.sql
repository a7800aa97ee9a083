-- Rules that watch over inspections and findings, and the warnings that they raise.

-- Immutable once stored: a change is a new version, and a warning names the version that raised it.
CREATE TABLE IF NOT EXISTS warning_rule (
  code VARCHAR(24) NOT NULL,
  version INT NOT NULL,
  client_uuid CHAR(36) NULL UNIQUE,
  zh VARCHAR(40) NOT NULL,
  -- thresholds; see bff/src/features/warnings/rule.schema.ts
  params JSON NOT NULL,
  level VARCHAR(8) NOT NULL CHECK (level IN ('normal', 'major')),
  -- plain hours in which each tier has to acknowledge
  ack_hours SMALLINT NOT NULL CHECK (ack_hours BETWEEN 1 AND 720),
  -- the reason as one sentence; {…} are thresholds by name, {n} and {a}..{d} what was counted
  message VARCHAR(200) NOT NULL,
  created_by BIGINT NULL,
  created_at DATETIME(3) NOT NULL,
  PRIMARY KEY (code, version)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci;

CREATE TABLE IF NOT EXISTS warning (
  id BIGINT NOT NULL AUTO_INCREMENT PRIMARY KEY,
  rule_code VARCHAR(24) NOT NULL,
  rule_version INT NOT NULL,
  level VARCHAR(8) NOT NULL CHECK (level IN ('normal', 'major')),
  subject_type VARCHAR(12) NOT NULL CHECK (subject_type IN ('enterprise', 'region', 'person')),
  subject_id VARCHAR(20) NOT NULL,
  enterprise_id BIGINT NULL,
  -- whose it is: a township's code, or a county's for what belongs to no township
  region_code VARCHAR(12) NOT NULL,
  state VARCHAR(12) NOT NULL DEFAULT 'open' CHECK (state IN ('open', 'acknowledged', 'snoozed', 'closed')),
  -- 'rule:subject' while it is not closed: a repeat merges into it
  open_key VARCHAR(60) NULL,
  reason VARCHAR(300) NOT NULL,
  -- {type, ids, count}: the rows behind it, at most 50 ids
  evidence JSON NOT NULL,
  -- the newest row behind it, for rules that point at single rows; 0 for rules about rates
  newest_id BIGINT NOT NULL DEFAULT 0,
  tier VARCHAR(12) NOT NULL DEFAULT 'township' CHECK (tier IN ('township', 'enforcement', 'county')),
  ack_hours SMALLINT NOT NULL,
  ack_by DATETIME(3) NOT NULL,
  opened_at DATETIME(3) NOT NULL,
  last_seen_at DATETIME(3) NOT NULL,
  last_seen_on DATE NOT NULL,
  -- nights (or findings) after the first that found it again
  repeats INT NOT NULL DEFAULT 0,
  -- since when the condition does not hold any more; it stays until somebody closes it
  eased_at DATETIME(3) NULL,
  acknowledged_at DATETIME(3) NULL,
  acknowledged_by BIGINT NULL,
  snoozed_until DATETIME(3) NULL,
  snooze_reason VARCHAR(500) NULL,
  outcome VARCHAR(12) NULL CHECK (outcome IN ('helped', 'corrected', 'case', 'unfounded', 'other')),
  outcome_note VARCHAR(500) NULL,
  closed_at DATETIME(3) NULL,
  closed_by BIGINT NULL,
  -- closed only with an outcome and its note
  CONSTRAINT warning_outcome CHECK ((state = 'closed') = (outcome IS NOT NULL AND outcome_note IS NOT NULL AND closed_at IS NOT NULL)),
  CONSTRAINT warning_key CHECK ((state = 'closed') = (open_key IS NULL)),
  UNIQUE KEY warning_open (open_key),
  KEY warning_urgency (level, ack_by, id),
  KEY warning_clock (state, ack_by),
  KEY warning_snooze (state, snoozed_until),
  KEY warning_subject (rule_code, subject_id, state),
  KEY warning_enterprise (enterprise_id, state),
  KEY warning_opened (opened_at),
  CONSTRAINT warning_by FOREIGN KEY (rule_code, rule_version) REFERENCES warning_rule (code, version)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci;

-- Every step of a warning, with who and when. Never changed afterwards.
CREATE TABLE IF NOT EXISTS warning_step (
  id BIGINT NOT NULL AUTO_INCREMENT PRIMARY KEY,
  warning_id BIGINT NOT NULL,
  client_uuid CHAR(36) NULL,
  kind VARCHAR(16) NOT NULL,
  -- null for the system itself
  actor_id BIGINT NULL,
  at DATETIME(3) NOT NULL,
  note VARCHAR(500) NOT NULL DEFAULT '',
  -- until when, which outcome, which tier: what else the step says
  detail VARCHAR(40) NOT NULL DEFAULT '',
  UNIQUE KEY warning_step_client (client_uuid),
  KEY warning_step_of (warning_id, id),
  CONSTRAINT warning_step_warning FOREIGN KEY (warning_id) REFERENCES warning (id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci;

-- Evidence of low trust is looked for by enterprise and time, without reading the reports themselves.
-- Prepared, since MySQL knows no CREATE INDEX IF NOT EXISTS.
SET @add = IF((SELECT COUNT(*) FROM information_schema.statistics WHERE table_schema = DATABASE() AND index_name = 'report_trust') = 0,
  'CREATE INDEX report_trust ON report (enterprise_id, received_at, trust_score)', 'DO 0');
PREPARE add_index FROM @add;
EXECUTE add_index;
DEALLOCATE PREPARE add_index;

INSERT IGNORE INTO warning_rule (code, version, zh, params, level, ack_hours, message, created_at) VALUES
  ('missed_in_a_row', 1, '连续漏检', '{"days": 3, "endsWithin": 3, "quietDays": 7}', 'normal', 48,
   '连续 {a} 天有任务漏检（{b} 至 {c}），共 {n} 项。', '2026-11-01 00:00:00'),
  ('low_completion', 1, '完成率低', '{"below": 80, "spanDays": 30, "atLeast": 10, "quietDays": 14}', 'normal', 48,
   '近 {spanDays} 天应完成 {c} 项，只完成 {b} 项（{a}%），低于 {below}%。', '2026-11-01 00:00:00'),
  ('overdue_major', 1, '重大问题超期', '{"quietDays": 7}', 'major', 12,
   '有 {n} 个重大问题超过控制或整改期限，最早的期限是 {b}。', '2026-11-01 00:00:00'),
  ('overdue_general', 1, '一般问题超期', '{"quietDays": 7}', 'normal', 48,
   '有 {n} 个一般问题超过整改期限，最早的期限是 {b}。', '2026-11-01 00:00:00'),
  ('overdue_minor', 1, '轻微问题超期', '{"quietDays": 7}', 'normal', 72,
   '有 {n} 个轻微问题超过整改期限，最早的期限是 {b}。', '2026-11-01 00:00:00'),
  ('major_finding', 1, '发现重大问题', '{}', 'major', 8,
   '巡查发现重大问题：{a}。', '2026-11-01 00:00:00'),
  ('recurrence', 1, '问题反复', '{"spanDays": 30, "quietDays": 30}', 'normal', 48,
   '近 {spanDays} 天有 {n} 个问题关闭后再次出现：{a}。', '2026-11-01 00:00:00'),
  ('low_trust', 1, '上报可信度低', '{"below": 60, "reports": 3, "spanDays": 30, "quietDays": 14}', 'normal', 48,
   '近 {spanDays} 天有 {n} 份上报的可信度低于 {below} 分，最低 {a} 分。', '2026-11-01 00:00:00'),
  ('township_falling', 1, '乡镇完成率下滑', '{"points": 15, "recentDays": 7, "baseDays": 30, "atLeast": 20, "quietDays": 7}', 'normal', 48,
   '{d}近 {recentDays} 天完成率 {a}%，比之前 {baseDays} 天的 {b}% 低 {c} 个百分点。', '2026-11-01 00:00:00'),
  ('unreachable', 1, '消息送不到', '{"failures": 3, "spanDays": 7, "quietDays": 7}', 'normal', 72,
   '{d}近 {spanDays} 天有 {n} 条消息没有送到。', '2026-11-01 00:00:00');
