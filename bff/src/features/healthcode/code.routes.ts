import { OFFICIALS, ROLES } from '../../core/actor';
import { addDays, businessDate } from '../../core/clock';
import { get, type Endpoint } from '../../core/endpoint';
import { cursorParts, onePage, pageSize } from '../../core/paging';
import { wire } from '../../core/problem';
import { toId } from '../../core/wire';
import { presentCode, presentDays, presentListed } from './code.present';
import { daysOf, isWithin, searchCodes } from './code.read.store';
import { codeAnswer, codeParams, codeQuery, codeRows, codeSearch, dayRows, daysQuery } from './code.schema';
import { ruleSetsOf } from './ruleset.store';
import { parseSteps, storyOf } from './story.service';

const DAYS = 90;

/** The code itself: for the officer his enterprise's, for officials their region's. */
export function codeEndpoints(): Endpoint[] {
  return [
    get({
      path: '/api/health-codes',
      summary: '辖区企业的健康码，分数最低的在前',
      access: OFFICIALS,
      query: codeSearch,
      answer: codeRows,
      handler: async ({ tx, actor, query, now }) => {
        const size = pageSize(query);
        const [score, id] = cursorParts(query.cursor, /^(\d{1,3}(?:\.\d{1,2})?)_(\d{1,15})$/) ?? [];
        const rows = await searchCodes(tx, actor.scope, {
          colour: query.colour,
          region: query.region,
          rule: query.rule,
          after: id === undefined ? undefined : { score: Number(score), id: Number(id) },
          limit: size + 1,
        });
        const { shown, next } = onePage(rows, size, (row) => `${row.score}_${row.enterpriseId}`);
        return { at: now.toISOString(), rows: shown.map(presentListed), next };
      },
    }),
    get({
      path: '/api/enterprises/:id/health-code',
      summary: '一家企业的健康码：分数、每一项扣分的原因和期限、怎样恢复',
      access: ROLES,
      params: codeParams,
      query: codeQuery,
      answer: codeAnswer,
      limit: { calls: 120, perSeconds: 60 },
      handler: async ({ tx, actor, params, query, now }) => {
        const steps = query.doing === undefined ? undefined : parseSteps(query.doing);
        return presentCode(await storyOf(tx, actor.scope, toId(params.id), now, steps));
      },
    }),
    get({
      path: '/api/enterprises/:id/health-code/days',
      summary: '一家企业健康码的历史，按天',
      access: ROLES,
      params: codeParams,
      query: daysQuery,
      answer: dayRows,
      handler: async ({ tx, actor, params, query, now }) => {
        const enterpriseId = toId(params.id);
        if (!(await isWithin(tx, actor.scope, enterpriseId))) throw wire.NOT_FOUND();
        const since = addDays(businessDate(now), 1 - (query.days ?? DAYS));
        const days = await daysOf(tx, enterpriseId, since);
        const versions = new Set(days.map(({ ruleSetVersion }) => ruleSetVersion));
        return { rows: presentDays(days, await ruleSetsOf(tx, [...versions])) };
      },
    }),
  ];
}
