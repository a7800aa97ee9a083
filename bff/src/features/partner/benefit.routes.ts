import { get, type Endpoint } from '../../core/endpoint';
import { cursorId, onePage, pageSize } from '../../core/paging';
import { wire } from '../../core/problem';
import { currentBenefit, currentBenefits, membersOf } from '../credit';
import { benefitParams, benefitRows, benefitSearch, memberRows } from './benefit.schema';
import { CODE_EXAMPLE } from './code.present';
import { mayGrade } from './code.service';
import type { Meter } from './meter.service';
import type { QueryLog } from './query-log.service';

/** The lists that an agency decides by: its own rules, and whom they mean in its region now. */
export function benefitEndpoints({ meter, log }: { meter: Meter; log: QueryLog }): Endpoint[] {
  return [
    get({
      path: '/api/partner/v1/benefits',
      summary: '本机构现行的激励和约束规则',
      access: { partner: 'benefit:read' },
      answer: benefitRows,
      examples: {
        answer: {
          rows: [
            {
              code: 'green_loan',
              version: 1,
              agency: 'loan',
              kind: 'benefit',
              zh: '绿色信贷',
              conditions: { match: 'all', grades: ['A', 'B'], colours: ['green', 'blue'] },
            },
          ],
        },
      },
      handler: async ({ tx, actor }) => ({
        rows: (await currentBenefits(tx, actor.agency)).map(
          ({ reason: _reason, createdAt: _createdAt, ...row }) => row,
        ),
      }),
    }),
    get({
      path: '/api/partner/v1/benefits/:code/enterprises',
      summary: '现在符合本机构一条规则的企业',
      access: { partner: 'benefit:read' },
      params: benefitParams,
      query: benefitSearch,
      answer: memberRows,
      examples: {
        answer: {
          at: '2026-11-23T01:00:00.000Z',
          rows: [
            {
              uscc: CODE_EXAMPLE.uscc,
              name: CODE_EXAMPLE.name,
              colour: 'green',
              grade: { grade: 'B', period: '2026H1' },
            },
          ],
          next: null,
        },
      },
      handler: async ({ tx, actor, params, query, now, ctx }) => {
        const benefit = await currentBenefit(tx, params.code);
        // Another agency's rule is told like one that does not exist.
        if (benefit?.agency !== actor.agency) throw wire.NOT_FOUND();
        const size = pageSize(query);
        const scope = { enterpriseIds: [], regionPrefixes: [actor.regionPrefix] };
        const rows = await membersOf(tx, scope, benefit.conditions, now, {
          after: cursorId(query.cursor) ?? 0,
          limit: size + 1,
        });
        const { shown, next } = onePage(rows, size, (row) => String(row.enterpriseId));
        // Its first enterprise was counted with the call.
        meter.charge(ctx, actor, Math.max(0, shown.length - 1));
        const fields = mayGrade(actor) ? 'colour grade' : 'colour';
        log.note(...shown.map(({ enterpriseId }) => ({ clientId: actor.clientId, enterpriseId, at: now, fields })));
        return {
          at: now.toISOString(),
          rows: shown.map(({ uscc, name, colour, grade, period }) => ({
            uscc,
            name,
            colour,
            grade: grade === null || period === null || !mayGrade(actor) ? null : { grade, period },
          })),
          next,
        };
      },
    }),
  ];
}
