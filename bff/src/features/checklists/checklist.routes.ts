import { z } from 'zod';
import { businessDate } from '../../core/clock';
import { fromJson, type Tx } from '../../core/database';
import { ROLES } from '../../core/actor';
import { get, post, type Endpoint } from '../../core/endpoint';
import type { Core } from '../../core/feature';
import { wire } from '../../core/problem';
import { id, toId } from '../../core/wire';
import { checklistAnswer, checklistRows, newChecklist, profileRows, type ProfileLimits } from './checklist.schema';
import { publishVersion } from './checklist.service';
import { listProfiles, listVersions, type Checklist, type ChecklistReader } from './checklist.store';

/** A list of 60 items with help texts. */
const MAX_BYTES = 256 * 1024;

export function checklistEndpoints({ events }: Core, reader: ChecklistReader): Endpoint[] {
  return [
    get({
      path: '/api/checklists',
      summary: '检查表的各个版本',
      access: ROLES,
      answer: checklistRows,
      handler: async ({ tx, now }) => {
        const today = businessDate(now);
        const rows = await listVersions(tx);
        const newest = new Map<string, number>();
        for (const row of rows) {
          if (row.effective_from <= today && !newest.has(row.point_type)) newest.set(row.point_type, row.id);
        }
        return {
          rows: rows.map((row) => ({
            id: String(row.id),
            pointType: row.point_type,
            typeName: row.zh,
            typeNameEn: row.en,
            version: row.version,
            note: row.note,
            effectiveFrom: row.effective_from,
            current: newest.get(row.point_type) === row.id,
          })),
        };
      },
    }),
    get({
      path: '/api/checklists/:id',
      summary: '一个版本的检查表',
      access: ROLES,
      params: z.strictObject({ id }),
      answer: checklistAnswer,
      handler: async ({ tx, params }) => present(await known(tx, reader, toId(params.id))),
    }),
    post({
      path: '/api/checklists',
      summary: '发布检查表的新版本',
      access: ['regulator'],
      cityWide: true,
      body: newChecklist,
      maxBytes: MAX_BYTES,
      answer: checklistAnswer,
      handler: async ({ tx, actor, body, now }) =>
        present(await known(tx, reader, await publishVersion(tx, events, body, actor.personId, now))),
    }),
    get({
      path: '/api/limit-profiles',
      summary: '排放限值的各个执行标准',
      access: ROLES,
      answer: profileRows,
      handler: async ({ tx }) => ({
        rows: (await listProfiles(tx)).map((row) => ({
          code: row.code,
          zh: row.zh,
          en: row.en,
          limits: fromJson<ProfileLimits>(row.limits),
        })),
      }),
    }),
  ];
}

async function known(tx: Tx, reader: ChecklistReader, checklistId: number): Promise<Checklist> {
  const checklist = await reader.byId(tx, checklistId);
  if (checklist === undefined) throw wire.NOT_FOUND();
  return checklist;
}

function present(checklist: Checklist) {
  return {
    id: String(checklist.id),
    pointType: checklist.pointType,
    version: checklist.version,
    note: checklist.note,
    effectiveFrom: checklist.effectiveFrom,
    items: [...checklist.items],
  };
}
