import type { z } from 'zod';
import { OFFICIALS } from '../../core/actor';
import { sha256Of } from '../../core/digest';
import { get, upload, type Endpoint } from '../../core/endpoint';
import { wire } from '../../core/problem';
import { toId } from '../../core/wire';
import { dossierProblems } from './dossier.problems';
import { importAnswer, importParams, newImport } from './import.schema';
import { ENTERED_BY, MAX_FILE_BYTES, requireSheet, takeFile, template } from './import.service';
import { fileOf, importOf, type Import } from './import.store';
import type { RecordType } from './record.rules';

const XLSX = 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet';
const PATHS = [
  ['petition', '/api/petitions', '信访'],
  ['penalty', '/api/penalties', '处罚'],
  ['incident', '/api/incidents', '事件'],
] as const satisfies readonly (readonly [RecordType, string, string])[];

/** Records from Excel: a template, a file that is taken whole or not at all, and what was wrong with it. */
export function importEndpoints(): Endpoint[] {
  return [
    ...PATHS.flatMap(([kind, path, zh]) => [
      get({
        path: `${path}-template`,
        summary: `${zh}导入模板（Excel）`,
        access: ENTERED_BY[kind],
        answer: XLSX,
        handler: async ({ ctx }) => {
          ctx.attachment(`${zh}导入模板.xlsx`);
          return template(kind);
        },
      }),
      upload({
        path: `${path}-imports`,
        summary: `从 Excel 导入${zh}（请求体就是文件）：有一处错误就一条也不导入`,
        access: ENTERED_BY[kind],
        query: newImport,
        file: XLSX,
        maxBytes: MAX_FILE_BYTES,
        answer: importAnswer,
        limit: { calls: 20, perSeconds: 600 },
        outside: async ({ body }) => {
          await requireSheet(body);
          return sha256Of(body);
        },
        handler: async ({ tx, actor, query, body, prepared: sha256, now }) =>
          present(await takeFile(tx, actor, { ...query, kind, sha256, content: body }, now)),
      }),
    ]),
    get({
      path: '/api/imports/:id',
      summary: '一次导入：进度、结果、前几处错误',
      access: OFFICIALS,
      params: importParams,
      answer: importAnswer,
      handler: async ({ tx, actor, params }) => {
        const row = await importOf(tx, actor.personId, toId(params.id));
        if (row === undefined) throw wire.NOT_FOUND();
        return present(row);
      },
    }),
    get({
      path: '/api/imports/:id/faults',
      summary: '标出每处错误的 Excel，改好可以再传（保存 7 天）',
      access: OFFICIALS,
      params: importParams,
      answer: XLSX,
      handler: async ({ tx, actor, params, ctx }) => {
        const row = await importOf(tx, actor.personId, toId(params.id));
        if (row?.state !== 'faulty') throw wire.NOT_FOUND();
        const file = await fileOf(tx, row.id, 'faults');
        if (file === undefined) throw dossierProblems.FILE_GONE();
        ctx.attachment(`${row.fileName.replace(/\.xlsx$/i, '')}-错误说明.xlsx`);
        return file;
      },
    }),
  ];
}

function present(row: Import): z.input<typeof importAnswer> {
  return {
    id: String(row.id),
    kind: row.kind,
    fileName: row.fileName,
    state: row.state,
    rows: row.rowCount,
    faultyRows: row.faultCount,
    faults: row.faults.map((fault) => ({ ...fault, column: fault.column ?? null })),
    sentAt: row.sentAt.toISOString(),
    doneAt: row.doneAt?.toISOString() ?? null,
  };
}
