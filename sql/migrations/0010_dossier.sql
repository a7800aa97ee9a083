-- What officials know of an enterprise from elsewhere: petitions (信访), penalties (处罚), incidents (事件). Nothing is
-- ever deleted: what was entered wrongly is voided, with the reason.

CREATE TABLE IF NOT EXISTS petition (
  id BIGINT NOT NULL AUTO_INCREMENT PRIMARY KEY,
  client_uuid CHAR(36) NULL UNIQUE,
  enterprise_id BIGINT NOT NULL,
  -- number of the register it came from (12345, letters, …); unique where given. Compared byte by byte, as the import does
  document_no VARCHAR(60) COLLATE utf8mb4_bin NULL UNIQUE,
  received_on DATE NOT NULL,
  source VARCHAR(12) NOT NULL CHECK (source IN ('hotline', 'letter', 'visit', 'online', 'media', 'other')),
  -- what it is about, as a key: petitions about the same matter are counted together
  issue VARCHAR(12) NOT NULL CHECK (issue IN ('odour', 'waste_gas', 'waste_water', 'noise', 'dust', 'solid_waste', 'other')),
  -- without the petitioner: who he is does not belong here
  content VARCHAR(1000) NOT NULL,
  state VARCHAR(10) NOT NULL DEFAULT 'received' CHECK (state IN ('received', 'verified', 'unfounded', 'voided')),
  -- to be looked into by
  answer_by DATE NOT NULL,
  decided_at DATETIME(3) NULL,
  decided_by BIGINT NULL,
  -- what was found on the spot
  result VARCHAR(500) NULL,
  import_id BIGINT NULL,
  entered_by BIGINT NOT NULL,
  entered_at DATETIME(3) NOT NULL,
  KEY petition_of (enterprise_id, received_on),
  KEY petition_state (state, answer_by, id),
  KEY petition_import (import_id),
  CONSTRAINT petition_enterprise FOREIGN KEY (enterprise_id) REFERENCES enterprise (id),
  CONSTRAINT petition_decided CHECK ((state IN ('verified', 'unfounded')) <= (decided_at IS NOT NULL AND result IS NOT NULL))
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci;

CREATE TABLE IF NOT EXISTS penalty (
  id BIGINT NOT NULL AUTO_INCREMENT PRIMARY KEY,
  client_uuid CHAR(36) NULL UNIQUE,
  enterprise_id BIGINT NOT NULL,
  document_no VARCHAR(60) COLLATE utf8mb4_bin NOT NULL UNIQUE,
  decided_on DATE NOT NULL,
  -- who decided it, where that is not the bureau itself
  authority VARCHAR(60) NULL,
  kind VARCHAR(12) NOT NULL CHECK (kind IN ('warning', 'order', 'fine', 'limit', 'stop', 'sealing', 'detention')),
  -- yuan; of fines only
  amount DECIMAL(12, 2) NULL CHECK (amount > 0),
  -- what it was for, where that alone makes the code red
  veto VARCHAR(24) NULL CHECK (veto IN ('data_falsification', 'hidden_pipe', 'detention', 'environmental_crime')),
  content VARCHAR(1000) NOT NULL,
  state VARCHAR(8) NOT NULL DEFAULT 'in_force' CHECK (state IN ('in_force', 'voided')),
  import_id BIGINT NULL,
  entered_by BIGINT NOT NULL,
  entered_at DATETIME(3) NOT NULL,
  KEY penalty_of (enterprise_id, decided_on),
  KEY penalty_import (import_id),
  CONSTRAINT penalty_enterprise FOREIGN KEY (enterprise_id) REFERENCES enterprise (id),
  CONSTRAINT penalty_amount CHECK ((kind = 'fine') = (amount IS NOT NULL)),
  CONSTRAINT penalty_detention CHECK (kind <> 'detention' OR veto = 'detention')
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci;

CREATE TABLE IF NOT EXISTS incident (
  id BIGINT NOT NULL AUTO_INCREMENT PRIMARY KEY,
  client_uuid CHAR(36) NULL UNIQUE,
  enterprise_id BIGINT NOT NULL,
  document_no VARCHAR(60) COLLATE utf8mb4_bin NULL UNIQUE,
  happened_at DATETIME(3) NOT NULL,
  -- how it became known
  source VARCHAR(12) NULL CHECK (source IN ('enterprise', 'patrol', 'hotline', 'monitor', 'other')),
  kind VARCHAR(12) NOT NULL CHECK (kind IN ('leak', 'fire', 'explosion', 'discharge', 'odour', 'other')),
  -- 'major' alone makes the code red once it is confirmed
  level VARCHAR(8) NOT NULL CHECK (level IN ('minor', 'general', 'major')),
  content VARCHAR(1000) NOT NULL,
  state VARCHAR(10) NOT NULL DEFAULT 'reported' CHECK (state IN ('reported', 'confirmed', 'unfounded', 'closed', 'voided')),
  -- to be confirmed, then to be closed, by
  due_on DATE NOT NULL,
  confirmed_at DATETIME(3) NULL,
  import_id BIGINT NULL,
  entered_by BIGINT NOT NULL,
  entered_at DATETIME(3) NOT NULL,
  KEY incident_of (enterprise_id, happened_at),
  KEY incident_state (state, due_on, id),
  KEY incident_import (import_id),
  CONSTRAINT incident_enterprise FOREIGN KEY (enterprise_id) REFERENCES enterprise (id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci;

-- Every step of a record, with who and when. Never changed afterwards.
CREATE TABLE IF NOT EXISTS dossier_step (
  id BIGINT NOT NULL AUTO_INCREMENT PRIMARY KEY,
  record_type VARCHAR(8) NOT NULL CHECK (record_type IN ('petition', 'penalty', 'incident')),
  record_id BIGINT NOT NULL,
  client_uuid CHAR(36) NULL UNIQUE,
  kind VARCHAR(12) NOT NULL,
  actor_id BIGINT NOT NULL,
  at DATETIME(3) NOT NULL,
  note VARCHAR(500) NOT NULL DEFAULT '',
  KEY dossier_step_of (record_type, record_id, id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci;

-- One Excel file that an official sent: all of its rows, or none.
CREATE TABLE IF NOT EXISTS dossier_import (
  id BIGINT NOT NULL AUTO_INCREMENT PRIMARY KEY,
  client_uuid CHAR(36) NOT NULL UNIQUE,
  kind VARCHAR(8) NOT NULL CHECK (kind IN ('petition', 'penalty', 'incident')),
  sha256 CHAR(64) NOT NULL,
  -- 'kind:sha256' while it waits and once it is in: the same file is taken once; a faulty one may be sent again
  content_key VARCHAR(80) NULL UNIQUE,
  file_name VARCHAR(120) NOT NULL,
  state VARCHAR(8) NOT NULL DEFAULT 'waiting' CHECK (state IN ('waiting', 'done', 'faulty', 'failed')),
  row_count INT NULL,
  fault_count INT NULL,
  -- the first faults: [{row, column, problem}]
  faults JSON NULL,
  sent_by BIGINT NOT NULL,
  sent_at DATETIME(3) NOT NULL,
  done_at DATETIME(3) NULL,
  lease_owner VARCHAR(60) NULL,
  lease_until DATETIME(3) NULL,
  attempts TINYINT NOT NULL DEFAULT 0,
  KEY dossier_import_state (state, lease_until),
  KEY dossier_import_by (sent_by, id),
  CONSTRAINT dossier_import_key CHECK ((state IN ('waiting', 'done')) = (content_key IS NOT NULL))
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci;

-- The file as it came and, when it has faults, as it goes back with each of them named; in parts, each of which fits
-- into a packet of the database. Let go of after seven days.
CREATE TABLE IF NOT EXISTS dossier_file (
  import_id BIGINT NOT NULL,
  role VARCHAR(8) NOT NULL CHECK (role IN ('sent', 'faults')),
  part SMALLINT NOT NULL,
  content MEDIUMBLOB NOT NULL,
  keep_until DATETIME(3) NOT NULL,
  PRIMARY KEY (import_id, role, part),
  KEY dossier_file_until (keep_until),
  CONSTRAINT dossier_file_of FOREIGN KEY (import_id) REFERENCES dossier_import (id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci;
