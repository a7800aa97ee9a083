import { z } from 'zod';
import { OFFICIALS } from '../../core/actor';
import { get, type Endpoint } from '../../core/endpoint';
import { id, toId } from '../../core/wire';
import { enterpriseCard } from './card.service';
import { priorities } from './priority.service';
import { regionStatistics } from './statistics.service';
import { presentPriority } from './township.present';
import { cardAnswer, priorityRows, prioritySearch, statisticsAnswer, statisticsSearch } from './township.schema';

/** What officials read on their phones: where to go first and why, one enterprise, their region in numbers. */
export function townshipEndpoints(): Endpoint[] {
  return [
    get({
      path: '/api/township/priorities',
      summary: '先去哪：企业按走访的预期收益排序，附一句理由',
      access: OFFICIALS,
      query: prioritySearch,
      answer: priorityRows,
      handler: async ({ tx, actor, query, now }) => {
        const { rows, total } = await priorities(tx, actor.scope, query.q, now);
        return { at: now.toISOString(), rows: rows.map(presentPriority), total };
      },
    }),
    get({
      path: '/api/enterprises/:id/card',
      summary: '企业卡片：健康码、今日任务、未改好的问题、预警、近 30 天、联系人',
      access: OFFICIALS,
      params: z.strictObject({ id }),
      answer: cardAnswer,
      handler: ({ tx, actor, params, now }) => enterpriseCard(tx, actor.scope, toId(params.id), now),
    }),
    get({
      path: '/api/township/statistics',
      summary: '辖区数字：完成率、问题、预警和在全县的位次',
      access: OFFICIALS,
      query: statisticsSearch,
      answer: statisticsAnswer,
      handler: ({ tx, actor, query, now }) => regionStatistics(tx, actor.scope, query.region, now),
    }),
  ];
}
