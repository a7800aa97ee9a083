-- Assistance (帮扶): visits to enterprises that cannot keep up, what was agreed there, and what came of it.
CREATE TABLE IF NOT EXISTS visit (
  id BIGINT NOT NULL AUTO_INCREMENT PRIMARY KEY,
  client_uuid CHAR(36) NOT NULL UNIQUE,
  enterprise_id BIGINT NOT NULL,
  -- the warning that it answers, if there is one
  warning_id BIGINT NULL,
  state VARCHAR(12) NOT NULL CHECK (state IN ('planned', 'recorded', 'followed_up', 'cancelled')),
  -- who goes, and who sees to what was agreed
  owner_id BIGINT NOT NULL,
  planned_on DATE NOT NULL,
  purpose VARCHAR(500) NOT NULL,
  -- why an enterprise on the positive list was disturbed all the same
  override_reason VARCHAR(500) NULL,
  -- when the next step is due; null once there is none
  due_on DATE NULL,
  created_at DATETIME(3) NOT NULL,
  -- on site: the door whose code was scanned
  point_id BIGINT NULL,
  position JSON NULL,
  arrived_at DATETIME(3) NULL,
  left_at DATETIME(3) NULL,
  -- [sha256]
  photos JSON NULL,
  taught VARCHAR(1000) NULL,
  lacks VARCHAR(1000) NULL,
  -- for officials only
  internal_note VARCHAR(1000) NULL,
  recorded_at DATETIME(3) NULL,
  closed_at DATETIME(3) NULL,
  -- what came of it, measured once the 30 days after are over: tasks that were due and done, findings that were opened
  measured_on DATE NULL,
  before_due INT NULL,
  before_done INT NULL,
  before_findings INT NULL,
  after_due INT NULL,
  after_done INT NULL,
  after_findings INT NULL,
  KEY visit_of (enterprise_id, state, left_at),
  KEY visit_due (state, due_on, id),
  KEY visit_owner (owner_id, state, due_on),
  KEY visit_measure (measured_on, left_at),
  KEY visit_warning (warning_id),
  CONSTRAINT visit_enterprise FOREIGN KEY (enterprise_id) REFERENCES enterprise (id),
  CONSTRAINT visit_open CHECK ((state IN ('planned', 'recorded')) = (due_on IS NOT NULL)),
  CONSTRAINT visit_on_site CHECK (state NOT IN ('recorded', 'followed_up') OR (left_at IS NOT NULL AND point_id IS NOT NULL))
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci;

-- What was agreed on the spot: by when, and whether it came about.
CREATE TABLE IF NOT EXISTS visit_agreed (
  visit_id BIGINT NOT NULL,
  seq TINYINT NOT NULL,
  text VARCHAR(200) NOT NULL,
  by_date DATE NOT NULL,
  done BOOLEAN NULL,
  note VARCHAR(200) NULL,
  PRIMARY KEY (visit_id, seq),
  CONSTRAINT visit_agreed_of FOREIGN KEY (visit_id) REFERENCES visit (id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci;

-- Every step of a visit, with who and when. Never changed afterwards.
CREATE TABLE IF NOT EXISTS visit_step (
  id BIGINT NOT NULL AUTO_INCREMENT PRIMARY KEY,
  visit_id BIGINT NOT NULL,
  client_uuid CHAR(36) NOT NULL UNIQUE,
  kind VARCHAR(12) NOT NULL,
  -- null for the system itself
  actor_id BIGINT NULL,
  at DATETIME(3) NOT NULL,
  note VARCHAR(500) NOT NULL DEFAULT '',
  KEY visit_step_of (visit_id, id),
  CONSTRAINT visit_step_visit FOREIGN KEY (visit_id) REFERENCES visit (id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci;
