import type { Role } from '../../core/actor';
import type { PersonState } from '../../core/authenticate';
import type { Tx } from '../../core/database';

export type Provider = 'wechat' | 'dingtalk' | 'zwdd';

export interface PersonRow {
  id: number;
  name: string;
  mobile: string;
  active: boolean;
  epoch: number;
}

export interface GrantRow {
  role: Role;
  enterpriseId: number | null;
  enterpriseName: string | null;
  /** Region of the enterprise; null for officials. */
  enterpriseRegion: string | null;
  regionPrefix: string | null;
  regionName: string | null;
}

const PERSON = 'p.id, p.name, p.mobile, p.active = TRUE AS active, p.epoch';

interface RawPerson extends Omit<PersonRow, 'active'> {
  active: number;
}

const personOf = (row: RawPerson | undefined): PersonRow | undefined =>
  row === undefined ? undefined : { ...row, active: row.active === 1 };

export async function findPerson(tx: Tx, personId: number): Promise<PersonRow | undefined> {
  const [row] = await tx.query<RawPerson>(`SELECT ${PERSON} FROM person p WHERE p.id = ?`, [personId]);
  return personOf(row);
}

/** The same, kept from changing until the transaction ends. */
export async function lockPerson(tx: Tx, personId: number): Promise<PersonRow | undefined> {
  const [row] = await tx.query<RawPerson>(`SELECT ${PERSON} FROM person p WHERE p.id = ? FOR UPDATE`, [personId]);
  return personOf(row);
}

/** A person, locked, with who entered him and, of an official, who confirmed it. */
export interface EnteredRow extends PersonRow {
  enteredBy: number | null;
  confirmedBy: number | null;
}

export async function lockEntered(tx: Tx, personId: number): Promise<EnteredRow | undefined> {
  const [row] = await tx.query<RawPerson & Omit<EnteredRow, keyof PersonRow>>(
    `SELECT ${PERSON}, p.entered_by AS enteredBy, p.confirmed_by AS confirmedBy FROM person p WHERE p.id = ? FOR UPDATE`,
    [personId],
  );
  return row === undefined ? undefined : { ...row, active: row.active === 1 };
}

export async function confirmPerson(tx: Tx, personId: number, confirmedBy: number): Promise<void> {
  await tx.execute('UPDATE person SET confirmed_by = ? WHERE id = ?', [confirmedBy, personId]);
}

/** Whether a person decides over others: has a role beside that of an enterprise's officer. */
export async function isOfficial(tx: Tx, personId: number): Promise<boolean> {
  const rows = await tx.query("SELECT 1 FROM person_grant WHERE person_id = ? AND role <> 'officer' LIMIT 1", [
    personId,
  ]);
  return rows.length > 0;
}

export async function findPersonByMobile(tx: Tx, mobile: string): Promise<PersonRow | undefined> {
  const [row] = await tx.query<RawPerson>(`SELECT ${PERSON} FROM person p WHERE p.mobile = ?`, [mobile]);
  return personOf(row);
}

export async function findPersonByIdentity(
  tx: Tx,
  provider: Provider,
  subject: string,
): Promise<PersonRow | undefined> {
  const [row] = await tx.query<RawPerson>(
    `SELECT ${PERSON} FROM person_identity i JOIN person p ON p.id = i.person_id WHERE i.provider = ? AND i.subject = ?`,
    [provider, subject],
  );
  return personOf(row);
}

export interface OfficerFacts {
  uscc: string | null;
  specialistName: string | null;
  specialistMobile: string | null;
  points: number;
  deputies: string | null;
}

/** What an officer's enterprise and points say of him: number, specialist of its township, points, deputies. */
export async function officerFacts(tx: Tx, personId: number, enterpriseId: number): Promise<OfficerFacts | undefined> {
  const [row] = await tx.query<OfficerFacts>(
    `SELECT e.uscc, s.name AS specialistName, s.mobile AS specialistMobile,
       (SELECT COUNT(*) FROM point p WHERE p.officer_id = ? AND p.active) AS points,
       (SELECT GROUP_CONCAT(DISTINCT d.name ORDER BY d.id SEPARATOR '\n') FROM point p JOIN person d ON d.id = p.deputy_id
        WHERE p.officer_id = ? AND p.active) AS deputies
     FROM enterprise e
     LEFT JOIN person s ON s.id = (
       SELECT MIN(g.person_id) FROM person_grant g JOIN person t ON t.id = g.person_id AND t.active
       WHERE g.role = 'township' AND g.region_prefix = e.region_code
     )
     WHERE e.id = ?`,
    [personId, personId, enterpriseId],
  );
  return row;
}

export async function grantsOf(tx: Tx, personId: number): Promise<GrantRow[]> {
  return tx.query<GrantRow>(
    `SELECT g.role, g.enterprise_id AS enterpriseId, e.name AS enterpriseName, e.region_code AS enterpriseRegion,
       g.region_prefix AS regionPrefix, r.name AS regionName
     FROM person_grant g LEFT JOIN enterprise e ON e.id = g.enterprise_id LEFT JOIN region r ON r.code = g.region_prefix
     WHERE g.person_id = ? ORDER BY g.id`,
    [personId],
  );
}

/** What every authenticated request asks of a person, in one statement. */
export async function personState(tx: Tx, personId: number): Promise<PersonState | undefined> {
  const rows = await tx.query<
    RawPerson & { role: Role | null; enterpriseId: number | null; regionPrefix: string | null }
  >(
    `SELECT ${PERSON}, g.role, g.enterprise_id AS enterpriseId, g.region_prefix AS regionPrefix
     FROM person p LEFT JOIN person_grant g ON g.person_id = p.id WHERE p.id = ? ORDER BY g.id`,
    [personId],
  );
  const [first] = rows;
  if (first === undefined) return undefined;
  return {
    name: first.name,
    active: first.active === 1,
    epoch: first.epoch,
    grants: rows.flatMap(({ role, enterpriseId, regionPrefix }) =>
      role === null ? [] : [{ role, enterpriseId, regionPrefix }],
    ),
  };
}

/** Sets a person active or not and ends all tokens; false when nothing had to change. */
export async function setActive(tx: Tx, personId: number, active: boolean): Promise<boolean> {
  const { affectedRows } = await tx.execute(
    'UPDATE person SET active = ?, epoch = epoch + 1 WHERE id = ? AND active <> ?',
    [active, personId, active],
  );
  return affectedRows === 1;
}

/** Ends all tokens of a person. */
export async function raiseEpoch(tx: Tx, personId: number): Promise<void> {
  await tx.execute('UPDATE person SET epoch = epoch + 1 WHERE id = ?', [personId]);
}
