import type { BusinessDate } from '../../core/clock';
import type { Tx } from '../../core/database';
import { actingOfficer } from '../dispatch';
import type { Who } from './kind.table';

export interface Sought {
  roles: readonly Who[];
  enterpriseId: number | null;
  point?: { id: number; date: BusinessDate };
}

/** Those in office who stand in these roles towards an enterprise or a point. */
export async function peopleOf(tx: Tx, { roles, enterpriseId, point }: Sought): Promise<number[]> {
  const found: number[] = [];
  if (roles.includes('point_officer') && point !== undefined) {
    const rows = await tx.query<{ id: number }>(
      // Or his deputy where he is on leave on that date.
      `SELECT ${actingOfficer('p.officer_id', '?')} AS id FROM point p WHERE p.id = ?`,
      [point.date, point.date, point.id],
    );
    found.push(...rows.map(({ id }) => id));
  }
  if (roles.includes('officers') && enterpriseId !== null) found.push(...(await officersOf(tx, enterpriseId)));
  const officials = roles.filter((who) => who === 'township' || who === 'enforcement' || who === 'regulator');
  if (officials.length > 0 && enterpriseId !== null) {
    const rows = await tx.query<{ id: number }>(
      `SELECT DISTINCT g.person_id AS id FROM enterprise e
       JOIN person_grant g ON g.role IN (?) AND e.region_code LIKE CONCAT(g.region_prefix, '%')
       JOIN person p ON p.id = g.person_id AND p.active WHERE e.id = ? ORDER BY g.person_id`,
      [officials, enterpriseId],
    );
    found.push(...rows.map(({ id }) => id));
  }
  return found;
}

/** The officers of an enterprise who are in office. */
async function officersOf(tx: Tx, enterpriseId: number): Promise<number[]> {
  const rows = await tx.query<{ id: number }>(
    `SELECT DISTINCT g.person_id AS id FROM person_grant g JOIN person p ON p.id = g.person_id AND p.active
     WHERE g.role = 'officer' AND g.enterprise_id = ? ORDER BY g.person_id`,
    [enterpriseId],
  );
  return rows.map(({ id }) => id);
}

export async function enterpriseName(tx: Tx, enterpriseId: number | null): Promise<string> {
  const [row] = await tx.query<{ name: string }>('SELECT name FROM enterprise WHERE id = ?', [enterpriseId]);
  return row?.name ?? '';
}

/** Who has decided already, in the enterprise's favour, over photos that turn out not to be what they should be. */
export async function whoDecided(tx: Tx, type: string, id: number): Promise<number[]> {
  const rows = await tx.query<{ id: number }>(
    `SELECT s.actor_id AS id FROM finding_step s JOIN finding f ON f.id = s.finding_id
     WHERE ? = 'finding' AND f.id = ? AND f.state = 'closed' AND s.kind = 'verified'
     UNION SELECT decided_by FROM health_dispute WHERE ? = 'dispute' AND id = ? AND state = 'upheld'
     UNION SELECT checked_by FROM health_repair WHERE ? = 'repair' AND id = ? AND state = 'verified'`,
    [type, id, type, id, type, id],
  );
  return rows.map((row) => row.id);
}
