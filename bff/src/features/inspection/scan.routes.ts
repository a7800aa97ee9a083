import { post, type Endpoint } from '../../core/endpoint';
import { extraBody, scanAnswer, scanBody } from './report.schema';
import type { ReportParts } from './report.service';
import { scan, scanExtra } from './scan.service';

/** What a scanned door leads to. */
export function scanEndpoints(parts: ReportParts): Endpoint[] {
  return [
    post({
      path: '/api/scan',
      summary: '扫点位码：得到任务与检查表，或说明原因',
      access: ['officer'],
      body: scanBody,
      answer: scanAnswer,
      handler: ({ tx, actor, body, now }) => scan(tx, parts, actor, body.token, now),
    }),
    post({
      path: '/api/scan/extra',
      summary: '扫码发起一次加查',
      access: ['officer'],
      body: extraBody,
      answer: scanAnswer,
      handler: ({ tx, actor, body, now }) => scanExtra(tx, parts, actor, body.token, now),
    }),
  ];
}
