-- Photos behind steps, visits and cases are checked as those of reports are; a picture that was seen before is found by an index.

-- One photo that somebody showed for something. Its content lies in the object store under enterprise and hash.
CREATE TABLE IF NOT EXISTS evidence_photo (
  id BIGINT NOT NULL AUTO_INCREMENT PRIMARY KEY,
  enterprise_id BIGINT NOT NULL,
  subject_type VARCHAR(8) NOT NULL CHECK (subject_type IN ('finding', 'visit', 'dispute', 'repair')),
  subject_id BIGINT NOT NULL,
  -- who showed it
  person_id BIGINT NOT NULL,
  sha256 CHAR(64) NOT NULL,
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
  UNIQUE KEY evidence_photo_once (subject_type, subject_id, sha256),
  KEY evidence_photo_check (state, check_at),
  KEY evidence_photo_same (enterprise_id, sha256)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci;

-- Fingerprints of reports' photos by their four quarters: two that differ in at most 7 bits have a quarter that differs in
-- at most one.
CREATE TABLE IF NOT EXISTS photo_print (
  enterprise_id BIGINT NOT NULL,
  -- the quarter, 0 to 3, times 65536, plus its 16 bits
  slot INT NOT NULL,
  photo_id BIGINT NOT NULL,
  report_id BIGINT NOT NULL,
  phash BIGINT UNSIGNED NOT NULL,
  -- when the report was filled in, as far as it is believed
  believed_at DATETIME(3) NOT NULL,
  PRIMARY KEY (enterprise_id, slot, photo_id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci;

-- What was shown before is checked as well, and what was seen before is known.
INSERT IGNORE INTO evidence_photo (enterprise_id, subject_type, subject_id, person_id, sha256, check_at)
SELECT f.enterprise_id, 'finding', f.id, COALESCE(s.actor_id, f.officer_id),
  JSON_UNQUOTE(JSON_EXTRACT(s.evidence, CONCAT('$.photos[', n.i, '].sha256'))), s.at
FROM finding_step s JOIN finding f ON f.id = s.finding_id
JOIN (SELECT 0 AS i UNION ALL SELECT 1 UNION ALL SELECT 2 UNION ALL SELECT 3 UNION ALL SELECT 4 UNION ALL SELECT 5
  UNION ALL SELECT 6 UNION ALL SELECT 7 UNION ALL SELECT 8 UNION ALL SELECT 9 UNION ALL SELECT 10 UNION ALL SELECT 11) n
WHERE JSON_EXTRACT(s.evidence, CONCAT('$.photos[', n.i, '].sha256')) IS NOT NULL;

INSERT IGNORE INTO evidence_photo (enterprise_id, subject_type, subject_id, person_id, sha256, check_at)
SELECT c.enterprise_id, c.subject_type, c.id, c.person_id, JSON_UNQUOTE(JSON_EXTRACT(c.photos, CONCAT('$[', n.i, ']'))), c.at
FROM (
  SELECT 'visit' AS subject_type, id, enterprise_id, owner_id AS person_id, photos, COALESCE(recorded_at, created_at) AS at FROM visit
  UNION ALL SELECT 'dispute', id, enterprise_id, filed_by, photos, filed_at FROM health_dispute
  UNION ALL SELECT 'repair', id, enterprise_id, filed_by, photos, filed_at FROM health_repair
) c
JOIN (SELECT 0 AS i UNION ALL SELECT 1 UNION ALL SELECT 2 UNION ALL SELECT 3 UNION ALL SELECT 4 UNION ALL SELECT 5
  UNION ALL SELECT 6 UNION ALL SELECT 7 UNION ALL SELECT 8 UNION ALL SELECT 9 UNION ALL SELECT 10 UNION ALL SELECT 11) n
WHERE JSON_EXTRACT(c.photos, CONCAT('$[', n.i, ']')) IS NOT NULL;

INSERT IGNORE INTO photo_print (enterprise_id, slot, photo_id, report_id, phash, believed_at)
SELECT h.enterprise_id, n.i * 65536 + ((h.phash >> (48 - 16 * n.i)) & 65535), h.id, h.report_id, h.phash, r.believed_at
FROM report_photo h JOIN report r ON r.id = h.report_id
JOIN (SELECT 0 AS i UNION ALL SELECT 1 UNION ALL SELECT 2 UNION ALL SELECT 3) n
WHERE h.state = 'verified' AND h.phash IS NOT NULL;
