import { z } from 'zod';
import { post, type Endpoint } from '../../core/endpoint';
import type { Core } from '../../core/feature';
import { uuid } from '../../core/wire';
import { MAX_OFFICIAL_BYTES, readOfficialList, takeOfficial } from './official.service';

const SHOWN_FAULTS = 100;

const officialBody = z.strictObject({
  clientUuid: uuid,
  /** The .xlsx file, base64: columns 统一社会信用代码, 评价周期, 等级. */
  content: z.base64().min(8),
});
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
    post({
      path: '/api/credit/official-grades',
      summary: '导入省里公布的信用等级（Excel）：有一处错误就一条也不导入',
      access: ['regulator'],
      body: officialBody,
      // Base64 is a third longer than the file.
      maxBytes: Math.ceil((MAX_OFFICIAL_BYTES * 4) / 3) + 4096,
      answer: officialAnswer,
      limit: { calls: 20, perSeconds: 600 },
      outside: ({ body }) => readOfficialList(Buffer.from(body.content, 'base64')),
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
