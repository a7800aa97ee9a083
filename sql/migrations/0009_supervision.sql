-- Key supervision (重点监管) and cases (依法查处).

-- Thresholds; immutable once stored, a change is a new version.
CREATE TABLE IF NOT EXISTS supervision_rule (
  version INT NOT NULL PRIMARY KEY,
  -- {major, general, spanDays, quietDays}: overdue findings within so many days propose; so many days without any let go
  params JSON NOT NULL,
  created_at DATETIME(3) NOT NULL
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci;

-- One row a stay.
CREATE TABLE IF NOT EXISTS supervision (
  id BIGINT NOT NULL AUTO_INCREMENT PRIMARY KEY,
  client_uuid CHAR(36) NULL UNIQUE,
  enterprise_id BIGINT NOT NULL,
  state VARCHAR(10) NOT NULL DEFAULT 'proposed' CHECK (state IN ('proposed', 'active', 'checking', 'left', 'rejected')),
  -- the enterprise while the stay goes on: at most one
  open_key BIGINT NULL UNIQUE,
  -- the rule that proposed it; null when a person did
  rule_version INT NULL,
  proposed_by BIGINT NULL,
  proposed_at DATETIME(3) NOT NULL,
  reason VARCHAR(300) NOT NULL,
  -- {findings: ids}: the rows behind it
  evidence JSON NOT NULL,
  -- when the next step is due: the bureau's decision, the check on site, or a look at how it goes
  due_on DATE NULL,
  confirmed_at DATETIME(3) NULL,
  ended_at DATETIME(3) NULL,
  KEY supervision_of (enterprise_id, state),
  KEY supervision_state (state, due_on, id),
  CONSTRAINT supervision_enterprise FOREIGN KEY (enterprise_id) REFERENCES enterprise (id),
  CONSTRAINT supervision_open CHECK ((state IN ('left', 'rejected')) = (open_key IS NULL)),
  CONSTRAINT supervision_due CHECK ((state IN ('left', 'rejected')) = (due_on IS NULL))
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci;

CREATE TABLE IF NOT EXISTS supervision_step (
  id BIGINT NOT NULL AUTO_INCREMENT PRIMARY KEY,
  supervision_id BIGINT NOT NULL,
  client_uuid CHAR(36) NULL UNIQUE,
  kind VARCHAR(12) NOT NULL,
  -- null for the system itself
  actor_id BIGINT NULL,
  at DATETIME(3) NOT NULL,
  note VARCHAR(500) NOT NULL DEFAULT '',
  -- of a check: the door that was scanned, and where the phone was
  evidence JSON NOT NULL,
  KEY supervision_step_of (supervision_id, id),
  CONSTRAINT supervision_step_stay FOREIGN KEY (supervision_id) REFERENCES supervision (id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci;

CREATE TABLE IF NOT EXISTS enforcement_case (
  id BIGINT NOT NULL AUTO_INCREMENT PRIMARY KEY,
  client_uuid CHAR(36) NOT NULL UNIQUE,
  enterprise_id BIGINT NOT NULL,
  supervision_id BIGINT NULL,
  warning_id BIGINT NULL,
  title VARCHAR(200) NOT NULL,
  state VARCHAR(14) NOT NULL DEFAULT 'opened' CHECK (state IN ('opened', 'investigating', 'transferred', 'concluded', 'withdrawn')),
  owner_id BIGINT NOT NULL,
  due_on DATE NULL,
  -- the facts are those of these days
  from_day DATE NOT NULL,
  to_day DATE NULL,
  opened_at DATETIME(3) NOT NULL,
  document_no VARCHAR(60) NULL,
  result VARCHAR(14) NULL CHECK (result IN ('penalty', 'order', 'no_violation')),
  closed_at DATETIME(3) NULL,
  -- the facts as they were handed over, and their hash
  facts MEDIUMTEXT NULL,
  facts_sha256 CHAR(64) NULL,
  KEY enforcement_case_of (enterprise_id, state),
  KEY enforcement_case_state (state, due_on, id),
  CONSTRAINT enforcement_case_enterprise FOREIGN KEY (enterprise_id) REFERENCES enterprise (id),
  CONSTRAINT enforcement_case_due CHECK ((state IN ('concluded', 'withdrawn')) = (due_on IS NULL)),
  CONSTRAINT enforcement_case_result CHECK ((state = 'concluded') = (result IS NOT NULL)),
  CONSTRAINT enforcement_case_facts CHECK ((facts IS NULL) = (facts_sha256 IS NULL))
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci;

CREATE TABLE IF NOT EXISTS case_step (
  id BIGINT NOT NULL AUTO_INCREMENT PRIMARY KEY,
  case_id BIGINT NOT NULL,
  client_uuid CHAR(36) NOT NULL UNIQUE,
  kind VARCHAR(12) NOT NULL,
  actor_id BIGINT NOT NULL,
  at DATETIME(3) NOT NULL,
  note VARCHAR(500) NOT NULL DEFAULT '',
  KEY case_step_of (case_id, id),
  CONSTRAINT case_step_case FOREIGN KEY (case_id) REFERENCES enforcement_case (id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci;

INSERT IGNORE INTO supervision_rule (version, params, created_at) VALUES
  (1, '{"major": 1, "general": 3, "spanDays": 30, "quietDays": 30}', '2026-11-01 00:00:00');
