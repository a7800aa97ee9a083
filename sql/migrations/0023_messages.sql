-- Messages reach the right person, once and in time, and calls keep to the platforms' limits whichever instance makes them.

-- Calls to a platform's interface in a month, when the next may be made, and until when none is.
CREATE TABLE IF NOT EXISTS platform_call (
  api VARCHAR(80) NOT NULL,
  -- 'YYYY-MM' in Asia/Shanghai
  month CHAR(7) NOT NULL,
  calls INT NOT NULL DEFAULT 0,
  -- microseconds since 1970 by the database's clock
  next_us BIGINT NOT NULL DEFAULT 0,
  -- a quota is used up until then
  closed_until DATETIME(3) NULL,
  PRIMARY KEY (api, month)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci;

-- Why a message was given up: because of its receiver, or because of us or the platform (null: from before).
ALTER TABLE notification ADD COLUMN /*M! IF NOT EXISTS */ fault VARCHAR(8) NULL CHECK (fault IN ('receiver', 'ours')),
  ADD INDEX /*M! IF NOT EXISTS */ notification_lease (lease_owner, state);

ALTER TABLE consent_entry ADD INDEX /*M! IF NOT EXISTS */ consent_notification (notification_id);

-- Who answers for a region outside office hours, from 08:30 of a date to 08:30 of the next.
CREATE TABLE IF NOT EXISTS duty (
  region_code VARCHAR(12) NOT NULL,
  on_date DATE NOT NULL,
  person_id BIGINT NOT NULL,
  entered_by BIGINT NOT NULL,
  entered_at DATETIME(3) NOT NULL,
  PRIMARY KEY (region_code, on_date),
  KEY duty_person (person_id, on_date),
  CONSTRAINT duty_of FOREIGN KEY (person_id) REFERENCES person (id),
  CONSTRAINT duty_in FOREIGN KEY (region_code) REFERENCES region (code)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci;

-- Hours to acknowledge a normal warning are working hours now, eight a day: what was two days of 24 hours is two working days.
UPDATE warning_rule SET ack_hours = CASE ack_hours WHEN 48 THEN 16 ELSE 24 END
  WHERE level = 'normal' AND created_by IS NULL AND ack_hours IN (48, 72);
UPDATE warning SET ack_hours = CASE ack_hours WHEN 48 THEN 16 ELSE 24 END
  WHERE level = 'normal' AND state <> 'closed' AND ack_hours IN (48, 72);
