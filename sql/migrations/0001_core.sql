-- Jobs, events: what the house runs on.
CREATE TABLE IF NOT EXISTS job_run (
  job VARCHAR(40) NOT NULL,
  run_date DATE NOT NULL,
  state VARCHAR(10) NOT NULL CHECK (state IN ('running', 'done', 'skipped')),
  started_at DATETIME(3) NOT NULL,
  finished_at DATETIME(3) NULL,
  PRIMARY KEY (job, run_date)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci;

CREATE TABLE IF NOT EXISTS job_chunk (
  job VARCHAR(40) NOT NULL,
  run_date DATE NOT NULL,
  chunk_no INT NOT NULL,
  from_id BIGINT NOT NULL,
  to_id BIGINT NOT NULL,
  attempts INT NOT NULL DEFAULT 0,
  lease_owner VARCHAR(60) NULL,
  lease_until DATETIME(3) NULL,
  done_at DATETIME(3) NULL,
  row_count INT NULL,
  PRIMARY KEY (job, run_date, chunk_no)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci;

CREATE TABLE IF NOT EXISTS event (
  id BIGINT NOT NULL AUTO_INCREMENT PRIMARY KEY,
  type VARCHAR(40) NOT NULL,
  enterprise_id BIGINT NULL,
  subject_type VARCHAR(30) NOT NULL,
  subject_id VARCHAR(40) NOT NULL,
  actor_id BIGINT NULL,
  payload JSON NOT NULL,
  at DATETIME(3) NOT NULL,
  handled_at DATETIME(3) NULL,
  attempts INT NOT NULL DEFAULT 0,
  lease_owner VARCHAR(60) NULL,
  lease_until DATETIME(3) NULL,
  KEY event_unhandled (handled_at, id),
  KEY event_enterprise (enterprise_id, id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci;
