import { OFFICIALS, ROLES } from '../../core/actor';
import { get, post, type Endpoint } from '../../core/endpoint';
import type { Core } from '../../core/feature';
import { cursorId, onePage, pageSize } from '../../core/paging';
import { toId } from '../../core/wire';
import { presentAdjustment, presentObjection } from './credit.present';
import {
  adjustmentAnswer,
  adjustmentDecision,
  adjustmentRows,
  idParams,
  matterSearch,
  newAdjustment,
  newObjection,
  objectionAnswer,
  objectionDecision,
  objectionRows,
} from './credit.schema';
import { answerObjection, decide, object, propose } from './matter.service';
import { adjustments, objections } from './matter.store';

/** 异议和调整: what may still change a preliminary result, each with a reason and two people. */
export function matterEndpoints({ events }: Core): Endpoint[] {
  return [
    get({
      path: '/api/credit/objections',
      summary: '信用评价异议',
      access: ROLES,
      query: matterSearch,
      answer: objectionRows,
      handler: async ({ tx, actor, query }) => {
        const size = pageSize(query);
        const { period, state } = query;
        const after = cursorId(query.cursor);
        const rows = await objections(tx, actor.scope, { period, state, after, limit: size + 1 });
        const { shown, next } = onePage(rows, size, (row) => String(row.id));
        return { rows: shown.map(presentObjection), next };
      },
    }),
    post({
      path: '/api/credit/objections',
      summary: '对初评结果提出异议（10 个工作日内，每个周期一次）',
      access: ['officer'],
      body: newObjection,
      answer: objectionAnswer,
      handler: async ({ tx, actor, body, now }) =>
        presentObjection(await object({ tx, events, actor, now }, { ...body, enterpriseId: toId(body.enterpriseId) })),
    }),
    post({
      path: '/api/credit/objections/:id/decide',
      summary: '决定异议：成立的写明调整多少分，再由另一位同事确认',
      access: ['regulator'],
      params: idParams,
      body: objectionDecision,
      answer: objectionAnswer,
      handler: async ({ tx, actor, params, body, now }) =>
        presentObjection(
          await answerObjection(
            { tx, events, actor, now },
            {
              id: toId(params.id),
              clientUuid: body.clientUuid,
              upheld: body.upheld,
              points: body.points,
              note: body.note,
            },
          ),
        ),
    }),
    get({
      path: '/api/credit/adjustments',
      summary: '人工调整',
      access: OFFICIALS,
      query: matterSearch,
      answer: adjustmentRows,
      handler: async ({ tx, actor, query }) => {
        const size = pageSize(query);
        const { period, state } = query;
        const after = cursorId(query.cursor);
        const rows = await adjustments(tx, actor.scope, { period, state, after, limit: size + 1 });
        const { shown, next } = onePage(rows, size, (row) => String(row.id));
        return { rows: shown.map(presentAdjustment), next };
      },
    }),
    post({
      path: '/api/credit/adjustments',
      summary: '提出人工调整，写明理由',
      access: ['enforcement', 'regulator'],
      body: newAdjustment,
      answer: adjustmentAnswer,
      handler: async ({ tx, actor, body, now }) =>
        presentAdjustment(
          await propose({ tx, events, actor, now }, { ...body, enterpriseId: toId(body.enterpriseId) }),
        ),
    }),
    post({
      path: '/api/credit/adjustments/:id/decide',
      summary: '确认或不同意人工调整（由另一位同事）',
      access: ['regulator'],
      params: idParams,
      body: adjustmentDecision,
      answer: adjustmentAnswer,
      handler: async ({ tx, actor, params, body, now }) =>
        presentAdjustment(
          await decide({ tx, events, actor, now }, { id: toId(params.id), confirmed: body.confirmed, note: body.note }),
        ),
    }),
  ];
}
