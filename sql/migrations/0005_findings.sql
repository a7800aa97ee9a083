-- Findings and their corrections.
CREATE TABLE IF NOT EXISTS finding (
  id BIGINT NOT NULL AUTO_INCREMENT PRIMARY KEY,
  enterprise_id BIGINT NOT NULL,
  point_id BIGINT NOT NULL,
  item_code VARCHAR(8) NOT NULL,
  -- the item as it read when the finding was opened
  item_zh VARCHAR(80) NOT NULL,
  severity VARCHAR(8) NOT NULL CHECK (severity IN ('minor', 'general', 'major')),
  state VARCHAR(10) NOT NULL DEFAULT 'open' CHECK (state IN ('open', 'submitted', 'closed')),
  -- 'point:item' while it is not closed: the same item abnormal again joins it instead of opening another
  open_key VARCHAR(40) NULL,
  -- who has to correct it: the officer of the point when it was opened
  officer_id BIGINT NOT NULL,
  -- the report that opened it, and the latest one that found the item abnormal
  report_id BIGINT NOT NULL,
  last_report_id BIGINT NOT NULL,
  occurrences INT NOT NULL DEFAULT 1,
  -- an earlier finding of the same item, closed within 30 days before: a recurrence
  previous_id BIGINT NULL,
  opened_at DATETIME(3) NOT NULL,
  due_at DATETIME(3) NOT NULL,
  -- major ones only: contained within 24 h
  contain_due_at DATETIME(3) NULL,
  contained_at DATETIME(3) NULL,
  submitted_at DATETIME(3) NULL,
  submitted_by BIGINT NULL,
  -- asked at most once
  extension VARCHAR(8) NOT NULL DEFAULT 'none' CHECK (extension IN ('none', 'asked', 'granted', 'refused')),
  extension_to DATE NULL,
  closed_at DATETIME(3) NULL,
  UNIQUE KEY finding_open (open_key),
  UNIQUE KEY finding_report (report_id, item_code),
  KEY finding_enterprise (enterprise_id, state, due_at),
  KEY finding_due (state, due_at),
  KEY finding_item (point_id, item_code, closed_at),
  CONSTRAINT finding_of FOREIGN KEY (enterprise_id) REFERENCES enterprise (id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci;

-- Every step of a finding, with who, when, and what shows it. Never changed afterwards.
CREATE TABLE IF NOT EXISTS finding_step (
  id BIGINT NOT NULL AUTO_INCREMENT PRIMARY KEY,
  finding_id BIGINT NOT NULL,
  client_uuid CHAR(36) NULL,
  kind VARCHAR(20) NOT NULL,
  -- null for the system itself
  actor_id BIGINT NULL,
  at DATETIME(3) NOT NULL,
  note VARCHAR(500) NOT NULL DEFAULT '',
  -- photos [{sha256, when}], cost, responsible, scan, report ...
  evidence JSON NOT NULL,
  UNIQUE KEY finding_step_client (client_uuid),
  KEY finding_step_of (finding_id, id),
  CONSTRAINT finding_step_finding FOREIGN KEY (finding_id) REFERENCES finding (id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci;
