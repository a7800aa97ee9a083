-- Checklists, tasks, reports, photos.
CREATE TABLE IF NOT EXISTS checklist (
  id BIGINT NOT NULL AUTO_INCREMENT PRIMARY KEY,
  client_uuid CHAR(36) NULL UNIQUE,
  point_type VARCHAR(4) NOT NULL,
  version INT NOT NULL,
  -- immutable once stored; see bff/src/features/checklists/checklist.schema.ts
  items JSON NOT NULL,
  note VARCHAR(200) NOT NULL DEFAULT '',
  effective_from DATE NOT NULL,
  created_by BIGINT NULL,
  created_at DATETIME(3) NOT NULL,
  UNIQUE KEY checklist_version (point_type, version),
  CONSTRAINT checklist_type FOREIGN KEY (point_type) REFERENCES point_type (code)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci;

CREATE TABLE IF NOT EXISTS task (
  id BIGINT NOT NULL AUTO_INCREMENT PRIMARY KEY,
  point_id BIGINT NOT NULL,
  task_date DATE NOT NULL,
  -- 0: from the plan; 1..9: extra inspections of the same day
  round TINYINT NOT NULL DEFAULT 0,
  enterprise_id BIGINT NOT NULL,
  officer_id BIGINT NOT NULL,
  origin VARCHAR(8) NOT NULL DEFAULT 'plan' CHECK (origin IN ('plan', 'ordered', 'own')),
  interval_days SMALLINT NOT NULL,
  interval_basis VARCHAR(10) NOT NULL,
  due_at DATETIME(3) NOT NULL,
  grace_until DATETIME(3) NOT NULL,
  state VARCHAR(8) NOT NULL DEFAULT 'open' CHECK (state IN ('open', 'done', 'late', 'missed', 'excused')),
  report_id BIGINT NULL,
  closed_at DATETIME(3) NULL,
  UNIQUE KEY task_once (point_id, task_date, round),
  KEY task_list (officer_id, task_date),
  KEY task_enterprise (enterprise_id, task_date),
  KEY task_state (state, task_date)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci;

CREATE TABLE IF NOT EXISTS extra_inspection (
  id BIGINT NOT NULL AUTO_INCREMENT PRIMARY KEY,
  client_uuid CHAR(36) NOT NULL UNIQUE,
  point_id BIGINT NOT NULL,
  task_date DATE NOT NULL,
  round TINYINT NOT NULL,
  ordered_by BIGINT NOT NULL,
  reason VARCHAR(200) NOT NULL,
  created_at DATETIME(3) NOT NULL,
  UNIQUE KEY extra_once (point_id, task_date, round),
  KEY extra_date (task_date, point_id),
  CONSTRAINT extra_point FOREIGN KEY (point_id) REFERENCES point (id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci;

CREATE TABLE IF NOT EXISTS report (
  id BIGINT NOT NULL AUTO_INCREMENT PRIMARY KEY,
  client_uuid CHAR(36) NOT NULL,
  task_id BIGINT NOT NULL,
  point_id BIGINT NOT NULL,
  enterprise_id BIGINT NOT NULL,
  officer_id BIGINT NOT NULL,
  checklist_id BIGINT NOT NULL,
  -- judged answers; see bff/src/features/inspection/report.schema.ts
  answers JSON NOT NULL,
  abnormal_count SMALLINT NOT NULL,
  worst_severity VARCHAR(8) NULL CHECK (worst_severity IN ('minor', 'general', 'major')),
  -- as the phone's clock said, and the same as far as it is believed
  started_at DATETIME(3) NOT NULL,
  filled_at DATETIME(3) NOT NULL,
  believed_at DATETIME(3) NOT NULL,
  received_at DATETIME(3) NOT NULL,
  -- scan evidence, position, clock skew
  evidence JSON NOT NULL,
  trust_score TINYINT NOT NULL,
  trust_reasons JSON NOT NULL,
  body_sha256 CHAR(64) NOT NULL,
  UNIQUE KEY report_client (client_uuid),
  UNIQUE KEY report_task (task_id),
  KEY report_point (point_id, believed_at),
  KEY report_enterprise (enterprise_id, id),
  KEY report_officer (officer_id, believed_at)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci;

CREATE TABLE IF NOT EXISTS report_photo (
  id BIGINT NOT NULL AUTO_INCREMENT PRIMARY KEY,
  report_id BIGINT NOT NULL,
  enterprise_id BIGINT NOT NULL,
  point_id BIGINT NOT NULL,
  officer_id BIGINT NOT NULL,
  item_code VARCHAR(12) NOT NULL,
  sha256 CHAR(64) NOT NULL,
  bytes INT NOT NULL,
  content_type VARCHAR(20) NOT NULL,
  object_key VARCHAR(160) NOT NULL,
  taken_at DATETIME(3) NOT NULL,
  state VARCHAR(8) NOT NULL DEFAULT 'waiting' CHECK (state IN ('waiting', 'verified', 'missing', 'broken')),
  reason VARCHAR(40) NULL,
  exif_at DATETIME(3) NULL,
  phash BIGINT UNSIGNED NULL,
  width INT NULL,
  height INT NULL,
  attempts INT NOT NULL DEFAULT 0,
  check_at DATETIME(3) NOT NULL,
  lease_owner VARCHAR(60) NULL,
  lease_until DATETIME(3) NULL,
  UNIQUE KEY photo_once (report_id, item_code, sha256),
  KEY photo_check (state, check_at),
  KEY photo_same (enterprise_id, sha256)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci;
