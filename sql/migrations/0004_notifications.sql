-- Messages out, consent, in-app notices.
CREATE TABLE IF NOT EXISTS notification (
  id BIGINT NOT NULL AUTO_INCREMENT PRIMARY KEY,
  person_id BIGINT NOT NULL,
  kind VARCHAR(24) NOT NULL,
  business_date DATE NOT NULL,
  -- '' for one message per person, kind and date; else what it is about
  subject VARCHAR(40) NOT NULL DEFAULT '',
  channel VARCHAR(8) NOT NULL CHECK (channel IN ('wechat', 'inapp')),
  -- {title, body, page, data}: what is shown in the app, and the template's fields
  content JSON NOT NULL,
  state VARCHAR(10) NOT NULL DEFAULT 'queued' CHECK (state IN ('queued', 'sent', 'dead', 'cancelled')),
  attempts INT NOT NULL DEFAULT 0,
  next_attempt_at DATETIME(3) NOT NULL,
  lease_owner VARCHAR(60) NULL,
  lease_until DATETIME(3) NULL,
  platform_code INT NULL,
  platform_message VARCHAR(300) NULL,
  created_at DATETIME(3) NOT NULL,
  sent_at DATETIME(3) NULL,
  read_at DATETIME(3) NULL,
  UNIQUE KEY notification_once (person_id, kind, business_date, subject),
  KEY notification_queue (state, next_attempt_at)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci;

CREATE TABLE IF NOT EXISTS consent (
  person_id BIGINT NOT NULL,
  template VARCHAR(20) NOT NULL,
  remaining INT NOT NULL DEFAULT 0 CHECK (remaining >= 0),
  PRIMARY KEY (person_id, template)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci;

CREATE TABLE IF NOT EXISTS consent_entry (
  id BIGINT NOT NULL AUTO_INCREMENT PRIMARY KEY,
  client_uuid CHAR(36) NULL,
  person_id BIGINT NOT NULL,
  template VARCHAR(20) NOT NULL,
  delta INT NOT NULL,
  -- accepted | refused | used | returned | platform_none
  reason VARCHAR(16) NOT NULL,
  notification_id BIGINT NULL,
  at DATETIME(3) NOT NULL,
  UNIQUE KEY consent_client (person_id, client_uuid, template),
  KEY consent_person (person_id, id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci;
