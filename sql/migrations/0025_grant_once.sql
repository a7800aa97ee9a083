-- A person has each role once for each enterprise or region: NULL is never equal to NULL, so the old key held nothing.
DELETE later FROM person_grant later JOIN person_grant first ON first.person_id = later.person_id AND first.role = later.role
  AND first.enterprise_id <=> later.enterprise_id AND first.region_prefix <=> later.region_prefix AND first.id < later.id;

ALTER TABLE person_grant
  ADD COLUMN /*M! IF NOT EXISTS */ holds_for VARCHAR(32) CHARACTER SET ascii COLLATE ascii_bin
    GENERATED ALWAYS AS (IF(enterprise_id IS NULL, CONCAT('region ', region_prefix), CONCAT('enterprise ', enterprise_id))) STORED,
  DROP KEY grant_once,
  ADD UNIQUE KEY grant_once (person_id, role, holds_for);
