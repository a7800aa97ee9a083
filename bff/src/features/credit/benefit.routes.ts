import { OFFICIALS } from '../../core/actor';
import { businessDate } from '../../core/clock';
import { get, post, type Endpoint } from '../../core/endpoint';
import type { Core } from '../../core/feature';
import { cursorId, onePage, pageSize } from '../../core/paging';
import { wire } from '../../core/problem';
import { writeSheet } from '../../core/sheet';
import {
  benefitAnswer,
  benefitParams,
  benefitRows,
  benefitSearch,
  memberRows,
  memberSearch,
  newBenefit,
} from './benefit.schema';
import { publishBenefit } from './benefit.service';
import { allMembers, currentBenefit, currentBenefits, membersOf } from './benefit.store';
import { exportRows, presentMember } from './benefit.present';

const XLSX = 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet';
const WIDTHS = [24, 40, 10, 12, 10, 12, 20];

/** 守信激励、失信约束: rules over grade and colour, each yielding a list for its agency. */
export function benefitEndpoints({ events }: Core): Endpoint[] {
  return [
    get({
      path: '/api/credit/benefits',
      summary: '现行的激励和约束规则',
      access: OFFICIALS,
      query: benefitSearch,
      answer: benefitRows,
      handler: async ({ tx, query }) => ({ rows: await currentBenefits(tx, query.agency) }),
    }),
    post({
      path: '/api/credit/benefits',
      summary: '发布一条规则，或它的新版本',
      access: ['regulator'],
      cityWide: true,
      body: newBenefit,
      answer: benefitAnswer,
      handler: ({ tx, actor, body, now }) => publishBenefit(tx, events, actor, body, now),
    }),
    get({
      path: '/api/credit/benefits/:code/enterprises',
      summary: '现在符合这条规则的企业',
      access: OFFICIALS,
      params: benefitParams,
      query: memberSearch,
      answer: memberRows,
      handler: async ({ tx, actor, params, query, now }) => {
        const benefit = await currentBenefit(tx, params.code);
        if (benefit === undefined) throw wire.NOT_FOUND();
        const size = pageSize(query);
        const rows = await membersOf(tx, actor.scope, benefit.conditions, now, {
          after: cursorId(query.cursor) ?? 0,
          limit: size + 1,
        });
        const { shown, next } = onePage(rows, size, (row) => String(row.enterpriseId));
        return { at: now.toISOString(), rows: shown.map(presentMember), next };
      },
    }),
    get({
      path: '/api/credit/benefits/:code/export',
      summary: '现在符合这条规则的企业（Excel，交给对应单位）',
      access: OFFICIALS,
      params: benefitParams,
      answer: XLSX,
      limit: { calls: 20, perSeconds: 600 },
      handler: async ({ tx, actor, params, now, ctx }) => {
        const benefit = await currentBenefit(tx, params.code);
        if (benefit === undefined) throw wire.NOT_FOUND();
        ctx.attachment(`${benefit.zh}-${businessDate(now)}.xlsx`);
        return writeSheet(benefit.zh, WIDTHS, exportRows(allMembers(tx, actor.scope, benefit.conditions, now), now));
      },
    }),
  ];
}
