import { LRUCache } from 'lru-cache';
import type { BusinessDate } from '../../core/clock';
import { fromJson, type Tx } from '../../core/database';
import type { Item, ProfileLimits } from './checklist.schema';

export interface Checklist {
  id: number;
  pointType: string;
  version: number;
  note: string;
  effectiveFrom: BusinessDate;
  items: readonly Item[];
}

interface Row {
  id: number;
  point_type: string;
  version: number;
  note: string;
  effective_from: BusinessDate;
  items: unknown;
}

/** Which version is in force may change: a new one is seen within 30 s on every instance. */
const CURRENT_MS = 30_000;

/** Reads checklists and limit profiles; keeps versions (they never change) and, for 30 s, what is in force. */
export class ChecklistReader {
  private readonly versions = new LRUCache<number, Checklist>({ max: 200 });
  private readonly current = new LRUCache<string, number>({ max: 200, ttl: CURRENT_MS });
  private readonly profiles = new LRUCache<string, ProfileLimits>({ max: 200, ttl: CURRENT_MS });

  /** The version of a point type in force on a date; undefined for a type without a checklist. */
  async inForce(tx: Tx, pointType: string, date: BusinessDate): Promise<Checklist | undefined> {
    const key = `${pointType} ${date}`;
    const known = this.current.get(key);
    if (known !== undefined) return this.byId(tx, known);
    const [row] = await tx.query<{ id: number }>(
      'SELECT id FROM checklist WHERE point_type = ? AND effective_from <= ? ORDER BY version DESC LIMIT 1',
      [pointType, date],
    );
    if (row === undefined) return undefined;
    this.current.set(key, row.id);
    return this.byId(tx, row.id);
  }

  /** One version by id, as reports refer to it. */
  async byId(tx: Tx, id: number): Promise<Checklist | undefined> {
    const known = this.versions.get(id);
    if (known !== undefined) return known;
    const [row] = await tx.query<Row>(
      'SELECT id, point_type, version, note, effective_from, items FROM checklist WHERE id = ?',
      [id],
    );
    if (row === undefined) return undefined;
    const checklist = toChecklist(row);
    this.versions.set(id, checklist);
    return checklist;
  }

  /** Limits of a profile by item code; null when the point has none. */
  async profile(tx: Tx, code: string | null): Promise<ProfileLimits | null> {
    if (code === null) return null;
    const known = this.profiles.get(code);
    if (known !== undefined) return known;
    const [row] = await tx.query<{ limits: unknown }>('SELECT limits FROM limit_profile WHERE code = ?', [code]);
    if (row === undefined) return null;
    const limits = fromJson<ProfileLimits>(row.limits);
    this.profiles.set(code, limits);
    return limits;
  }
}

function toChecklist(row: Row): Checklist {
  return {
    id: row.id,
    pointType: row.point_type,
    version: row.version,
    note: row.note,
    effectiveFrom: row.effective_from,
    items: fromJson<Item[]>(row.items),
  };
}

export interface VersionRow {
  id: number;
  point_type: string;
  zh: string;
  en: string;
  version: number;
  note: string;
  effective_from: BusinessDate;
}

export function listVersions(tx: Tx): Promise<VersionRow[]> {
  return tx.query<VersionRow>(
    `SELECT c.id, c.point_type, y.zh, y.en, c.version, c.note, c.effective_from
     FROM checklist c JOIN point_type y ON y.code = c.point_type ORDER BY c.point_type, c.version DESC`,
  );
}

export function listProfiles(tx: Tx): Promise<{ code: string; zh: string; en: string; limits: unknown }[]> {
  return tx.query('SELECT code, zh, en, limits FROM limit_profile ORDER BY code');
}

/** The newest version of a type, locked, so that two editors get two numbers. */
export async function lockNewest(
  tx: Tx,
  pointType: string,
): Promise<{ known: boolean; version: number; effectiveFrom: BusinessDate | null }> {
  const [type] = await tx.query('SELECT code FROM point_type WHERE code = ? FOR UPDATE', [pointType]);
  const [row] = await tx.query<{ version: number; effective_from: BusinessDate }>(
    'SELECT version, effective_from FROM checklist WHERE point_type = ? ORDER BY version DESC LIMIT 1',
    [pointType],
  );
  return { known: type !== undefined, version: row?.version ?? 0, effectiveFrom: row?.effective_from ?? null };
}

export async function insertVersion(
  tx: Tx,
  given: {
    clientUuid: string | null;
    pointType: string;
    version: number;
    items: readonly Item[];
    note: string;
    effectiveFrom: BusinessDate;
    createdBy: number | null;
    now: Date;
  },
): Promise<number> {
  const { insertId } = await tx.execute(
    'INSERT INTO checklist (client_uuid, point_type, version, items, note, effective_from, created_by, created_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?)',
    [
      given.clientUuid,
      given.pointType,
      given.version,
      JSON.stringify(given.items),
      given.note,
      given.effectiveFrom,
      given.createdBy,
      given.now,
    ],
  );
  return insertId;
}
