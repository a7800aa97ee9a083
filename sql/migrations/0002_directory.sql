-- Who and where: regions, enterprises, people with roles and scopes, points, leave, suspensions.
CREATE TABLE IF NOT EXISTS region (
  code VARCHAR(12) NOT NULL PRIMARY KEY,
  name VARCHAR(40) NOT NULL,
  level VARCHAR(10) NOT NULL CHECK (level IN ('city', 'county', 'township')),
  parent_code VARCHAR(12) NULL
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci;

CREATE TABLE IF NOT EXISTS enterprise (
  id BIGINT NOT NULL AUTO_INCREMENT PRIMARY KEY,
  client_uuid CHAR(36) NULL UNIQUE,
  uscc CHAR(18) NOT NULL UNIQUE,
  name VARCHAR(120) NOT NULL,
  region_code VARCHAR(12) NOT NULL,
  industry VARCHAR(40) NOT NULL,
  address VARCHAR(200) NOT NULL,
  -- degrees, GCJ-02
  lng DECIMAL(9, 6) NULL,
  lat DECIMAL(9, 6) NULL,
  -- interval = clamp(base * factor, 1, 2 * base); 1.00 until the health code says otherwise
  risk_factor DECIMAL(3, 2) NOT NULL DEFAULT 1.00,
  created_at DATETIME(3) NOT NULL,
  CONSTRAINT enterprise_region FOREIGN KEY (region_code) REFERENCES region (code),
  KEY enterprise_by_region (region_code, id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci;

CREATE TABLE IF NOT EXISTS enterprise_category (
  enterprise_id BIGINT NOT NULL,
  category VARCHAR(20) NOT NULL CHECK (category IN ('key_risk', 'inspector_round1', 'key_air', 'petition', 'other')),
  PRIMARY KEY (enterprise_id, category),
  CONSTRAINT category_enterprise FOREIGN KEY (enterprise_id) REFERENCES enterprise (id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci;

CREATE TABLE IF NOT EXISTS person (
  id BIGINT NOT NULL AUTO_INCREMENT PRIMARY KEY,
  client_uuid CHAR(36) NULL UNIQUE,
  name VARCHAR(60) NOT NULL,
  mobile VARCHAR(20) NOT NULL UNIQUE,
  active BOOLEAN NOT NULL DEFAULT TRUE,
  -- raised on disabling and on binding anew: older access tokens die within 60 s
  epoch INT NOT NULL DEFAULT 1,
  demo BOOLEAN NOT NULL DEFAULT FALSE,
  created_at DATETIME(3) NOT NULL,
  KEY person_demo (demo)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci;

CREATE TABLE IF NOT EXISTS person_grant (
  id BIGINT NOT NULL AUTO_INCREMENT PRIMARY KEY,
  person_id BIGINT NOT NULL,
  role VARCHAR(12) NOT NULL CHECK (role IN ('officer', 'township', 'enforcement', 'regulator')),
  enterprise_id BIGINT NULL,
  region_prefix VARCHAR(12) NULL,
  CONSTRAINT grant_scope CHECK ((role = 'officer') = (enterprise_id IS NOT NULL) AND (enterprise_id IS NULL) = (region_prefix IS NOT NULL)),
  CONSTRAINT grant_person FOREIGN KEY (person_id) REFERENCES person (id),
  UNIQUE KEY grant_once (person_id, role, enterprise_id, region_prefix),
  KEY grant_enterprise (enterprise_id, role),
  KEY grant_region (region_prefix, role)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci;

CREATE TABLE IF NOT EXISTS person_identity (
  provider VARCHAR(10) NOT NULL CHECK (provider IN ('wechat', 'dingtalk', 'zwdd')),
  subject VARCHAR(80) NOT NULL,
  person_id BIGINT NOT NULL,
  union_id VARCHAR(80) NULL,
  bound_at DATETIME(3) NOT NULL,
  PRIMARY KEY (provider, subject),
  UNIQUE KEY identity_person (person_id, provider),
  CONSTRAINT identity_of FOREIGN KEY (person_id) REFERENCES person (id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;

CREATE TABLE IF NOT EXISTS binding_code (
  id BIGINT NOT NULL AUTO_INCREMENT PRIMARY KEY,
  client_uuid CHAR(36) NOT NULL UNIQUE,
  person_id BIGINT NOT NULL,
  -- HMAC of the code; the code itself is told once and kept nowhere
  code_hash CHAR(64) NOT NULL,
  issued_by BIGINT NOT NULL,
  issued_at DATETIME(3) NOT NULL,
  expires_at DATETIME(3) NOT NULL,
  used_at DATETIME(3) NULL,
  attempts INT NOT NULL DEFAULT 0,
  CONSTRAINT binding_person FOREIGN KEY (person_id) REFERENCES person (id),
  KEY binding_open (person_id, expires_at)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci;

CREATE TABLE IF NOT EXISTS web_login (
  person_id BIGINT NOT NULL PRIMARY KEY,
  username VARCHAR(40) NOT NULL UNIQUE,
  -- scrypt$N$r$p$salt$hash
  password VARCHAR(255) NOT NULL,
  failures INT NOT NULL DEFAULT 0,
  locked_until DATETIME(3) NULL,
  CONSTRAINT login_person FOREIGN KEY (person_id) REFERENCES person (id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci;

CREATE TABLE IF NOT EXISTS point_type (
  code VARCHAR(4) NOT NULL PRIMARY KEY,
  zh VARCHAR(40) NOT NULL,
  en VARCHAR(80) NOT NULL,
  default_interval_days SMALLINT NOT NULL CHECK (default_interval_days BETWEEN 1 AND 365)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci;

CREATE TABLE IF NOT EXISTS limit_profile (
  code VARCHAR(40) NOT NULL PRIMARY KEY,
  zh VARCHAR(120) NOT NULL,
  en VARCHAR(160) NOT NULL,
  -- item code -> {min?, max?, basisTag, basis}
  limits JSON NOT NULL
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci;

CREATE TABLE IF NOT EXISTS point (
  id BIGINT NOT NULL AUTO_INCREMENT PRIMARY KEY,
  client_uuid CHAR(36) NULL UNIQUE,
  enterprise_id BIGINT NOT NULL,
  point_type VARCHAR(4) NOT NULL,
  -- number on the door, e.g. WW-01; unique within the enterprise
  code VARCHAR(12) NOT NULL,
  name VARCHAR(60) NOT NULL,
  place VARCHAR(120) NOT NULL DEFAULT '',
  lng DECIMAL(9, 6) NULL,
  lat DECIMAL(9, 6) NULL,
  fence_m SMALLINT NOT NULL DEFAULT 80,
  officer_id BIGINT NOT NULL,
  deputy_id BIGINT NULL,
  -- version of the QR code on the door; printing anew raises it and revokes the older ones
  key_version INT NOT NULL DEFAULT 1,
  printed_on DATE NULL,
  limit_profile VARCHAR(40) NULL,
  -- what the point's own limits come from: design flow, rated current, permit values by item code ...
  settings JSON NOT NULL,
  -- days, from the enterprise's permit; wins over default and risk factor
  permit_interval_days SMALLINT NULL CHECK (permit_interval_days BETWEEN 1 AND 365),
  -- effective: due when DATEDIFF(date, anchor_date) is a non-negative multiple of it
  interval_days SMALLINT NOT NULL CHECK (interval_days BETWEEN 1 AND 730),
  interval_basis VARCHAR(10) NOT NULL DEFAULT 'default' CHECK (interval_basis IN ('default', 'risk', 'permit')),
  anchor_date DATE NOT NULL,
  active BOOLEAN NOT NULL DEFAULT TRUE,
  created_at DATETIME(3) NOT NULL,
  UNIQUE KEY point_code (enterprise_id, code),
  KEY point_officer (officer_id),
  CONSTRAINT point_enterprise FOREIGN KEY (enterprise_id) REFERENCES enterprise (id),
  CONSTRAINT point_of_type FOREIGN KEY (point_type) REFERENCES point_type (code),
  CONSTRAINT point_person FOREIGN KEY (officer_id) REFERENCES person (id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci;

CREATE TABLE IF NOT EXISTS officer_leave (
  id BIGINT NOT NULL AUTO_INCREMENT PRIMARY KEY,
  client_uuid CHAR(36) NOT NULL UNIQUE,
  person_id BIGINT NOT NULL,
  deputy_id BIGINT NOT NULL,
  from_date DATE NOT NULL,
  to_date DATE NOT NULL,
  cancelled_at DATETIME(3) NULL,
  created_at DATETIME(3) NOT NULL,
  CHECK (from_date <= to_date),
  CONSTRAINT leave_person FOREIGN KEY (person_id) REFERENCES person (id),
  CONSTRAINT leave_deputy FOREIGN KEY (deputy_id) REFERENCES person (id),
  KEY leave_days (person_id, from_date, to_date)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci;

CREATE TABLE IF NOT EXISTS suspension (
  id BIGINT NOT NULL AUTO_INCREMENT PRIMARY KEY,
  client_uuid CHAR(36) NOT NULL UNIQUE,
  enterprise_id BIGINT NOT NULL,
  from_date DATE NOT NULL,
  to_date DATE NOT NULL,
  reason VARCHAR(500) NOT NULL,
  state VARCHAR(10) NOT NULL CHECK (state IN ('pending', 'approved', 'rejected', 'withdrawn')),
  filed_by BIGINT NOT NULL,
  filed_at DATETIME(3) NOT NULL,
  decided_by BIGINT NULL,
  decided_at DATETIME(3) NULL,
  note VARCHAR(500) NULL,
  CHECK (from_date <= to_date),
  CONSTRAINT suspension_enterprise FOREIGN KEY (enterprise_id) REFERENCES enterprise (id),
  KEY suspension_days (enterprise_id, state, from_date, to_date)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci;
