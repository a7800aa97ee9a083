import { get, type Endpoint } from '../../core/endpoint';
import { packAnswer } from './pack.schema';
import { packOf } from './pack.service';
import type { ScanParts } from './scan.service';

export function packEndpoints(parts: ScanParts): Endpoint[] {
  return [
    get({
      path: '/api/inspections/pack',
      summary: '离线包：我的点位、检查表、限值和上次的数值',
      access: ['officer'],
      answer: packAnswer,
      handler: ({ tx, actor, now }) => packOf(tx, parts, actor, now),
    }),
  ];
}
