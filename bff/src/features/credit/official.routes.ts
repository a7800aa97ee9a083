import { z } from 'zod';
import { upload, type Endpoint } from '../../core/endpoint';
import type { Core } from '../../core/feature';
import { uuid } from '../../core/wire';
import { MAX_OFFICIAL_BYTES, readOfficialList, takeOfficial } from './official.service';

const SHOWN_FAULTS = 100;

const officialList = z.strictObject({ clientUuid: uuid });
const XLSX = 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet';
const officialAnswer = z.object({
  taken: z.boolean(),
  grades: z.number(),
  faultCount: z.number(),
  /** The first hundred. */
  faults: z.array(z.object({ row: z.number(), column: z.string().nullable(), problem: z.string() })),
});

/** 省级等级导入: the province's own grades, which count before ours. */
export function officialEndpoints({ events }: Core): Endpoint[] {
  return [
    upload({
      path: '/api/credit/official-grades',
      summary:
        '导入省里公布的信用等级（请求体就是 Excel 文件，列为统一社会信用代码、评价周期、等级）：有一处错误就一条也不导入',
      access: ['regulator'],
      query: officialList,
      file: XLSX,
      maxBytes: MAX_OFFICIAL_BYTES,
      answer: officialAnswer,
      limit: { calls: 20, perSeconds: 600 },
      outside: ({ body }) => readOfficialList(body),
      handler: async ({ tx, actor, prepared, now }) => {
        const faults = await takeOfficial(tx, events, actor, prepared, now);
        return {
          taken: faults.length === 0,
          grades: prepared.grades.length,
          faultCount: faults.length,
          faults: faults.slice(0, SHOWN_FAULTS),
        };
      },
    }),
  ];
}
