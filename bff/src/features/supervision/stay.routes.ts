import { hasRole, OFFICIALS, ROLES, type Actor } from '../../core/actor';
import { businessDate } from '../../core/clock';
import type { Tx } from '../../core/database';
import { get, post, type Endpoint } from '../../core/endpoint';
import { cursorParts, onePage, pageSize } from '../../core/paging';
import { wire } from '../../core/problem';
import { toId } from '../../core/wire';
import { presentStay, presentStayStory } from './stay.present';
import { checkBody, decisionBody, newStay, stayAnswer, stayParams, stayRows, staySearch } from './stay.schema';
import { checkStay, confirmStay, proposeStay, rejectStay, type StayParts } from './stay.service';
import { findingsBehind, findStay, NEVER, quietDays, searchStays, stayStepsOf, toldOf, type Stay } from './stay.store';

const isOfficial = (actor: Actor): boolean => OFFICIALS.some((role) => hasRole(actor, role));

/** 重点监管: proposed by a rule or a person, confirmed by the bureau, ended only by a check on site. */
export function stayEndpoints(parts: StayParts): Endpoint[] {
  const story = async (tx: Tx, actor: Actor, stay: Stay, now: Date) => ({
    at: now.toISOString(),
    ...presentStayStory(
      stay,
      {
        findings: await findingsBehind(tx, stay.findings),
        told: await toldOf(tx, stay),
        steps: await stayStepsOf(tx, stay.id),
      },
      businessDate(now),
      { official: isOfficial(actor), quietDays: await quietDays(tx) },
    ),
  });
  return [
    get({
      path: '/api/supervisions',
      summary: '重点监管清单，最该办的在前',
      access: ROLES,
      query: staySearch,
      answer: stayRows,
      handler: async ({ tx, actor, query, now }) => {
        const size = pageSize(query);
        const [dueOn, id] = cursorParts(query.cursor, /^(\d{4}-\d{2}-\d{2})_(\d{1,15})$/) ?? [];
        const rows = await searchStays(tx, actor.scope, {
          state: query.state,
          enterpriseId: query.enterpriseId === undefined ? undefined : toId(query.enterpriseId),
          after: dueOn === undefined ? undefined : { dueOn, id: Number(id) },
          limit: size + 1,
        });
        const { shown, next } = onePage(rows, size, (row) => `${row.dueOn ?? NEVER}_${row.id}`);
        const reader = { official: isOfficial(actor), quietDays: await quietDays(tx) };
        return {
          at: now.toISOString(),
          rows: shown.map((row) => presentStay(row, businessDate(now), reader)),
          next,
        };
      },
    }),
    get({
      path: '/api/supervisions/:id',
      summary: '一家企业的重点监管：为什么、到哪一步、怎么退出',
      access: ROLES,
      params: stayParams,
      answer: stayAnswer,
      handler: async ({ tx, actor, params, now }) => {
        const stay = await findStay(tx, actor.scope, toId(params.id));
        if (stay === undefined) throw wire.NOT_FOUND();
        return story(tx, actor, stay, now);
      },
    }),
    post({
      path: '/api/supervisions',
      summary: '建议把一家企业列入重点监管',
      access: OFFICIALS,
      body: newStay,
      answer: stayAnswer,
      handler: async ({ tx, actor, body, now }) => {
        const given = { ...body, enterpriseId: toId(body.enterpriseId) };
        return story(tx, actor, await proposeStay({ tx, actor, now }, parts, given), now);
      },
    }),
    post({
      path: '/api/supervisions/:id/confirm',
      summary: '确认列入重点监管（由提出人以外的同事）',
      access: ['regulator'],
      params: stayParams,
      body: decisionBody,
      answer: stayAnswer,
      handler: async ({ tx, actor, params, body, now }) =>
        story(tx, actor, await confirmStay({ tx, actor, now }, parts, { id: toId(params.id), ...body }), now),
    }),
    post({
      path: '/api/supervisions/:id/reject',
      summary: '不列入重点监管，写明原因',
      access: ['regulator'],
      params: stayParams,
      body: decisionBody,
      answer: stayAnswer,
      handler: async ({ tx, actor, params, body, now }) =>
        story(tx, actor, await rejectStay({ tx, actor, now }, parts, { id: toId(params.id), ...body }), now),
    }),
    post({
      path: '/api/supervisions/:id/check',
      summary: '现场核查：通过则退出，不通过继续监管',
      access: ['enforcement', 'regulator'],
      params: stayParams,
      body: checkBody,
      answer: stayAnswer,
      handler: async ({ tx, actor, params, body, now }) => {
        const { clientUuid, note, passed, token, position } = body;
        const given = { id: toId(params.id), clientUuid, note, passed, token, position };
        return story(tx, actor, await checkStay({ tx, actor, now }, parts, given), now);
      },
    }),
  ];
}
