import type { z } from 'zod';
import { hasRole, OFFICIALS, ROLES, type Actor } from '../../core/actor';
import { addDays, businessDate } from '../../core/clock';
import type { Tx } from '../../core/database';
import { get, post, type Endpoint } from '../../core/endpoint';
import { cursorParts, onePage, pageSize } from '../../core/paging';
import { wire } from '../../core/problem';
import { toId } from '../../core/wire';
import type { ObjectStore } from '../../gateways/object-store';
import { PhotoStates } from '../inspection';
import { presentStory, presentVisit } from './visit.present';
import {
  cancelBody,
  followUpBody,
  newVisit,
  recordBody,
  unplannedBody,
  visitAnswer,
  visitParams,
  visitRows,
  visitSearch,
} from './visit.schema';
import {
  cancelVisit,
  followUp,
  planVisit,
  recordUnplanned,
  recordVisit,
  requireStored,
  type VisitParts,
  type VisitRecord,
} from './visit.service';
import { agreedOf, findVisit, measureVisit, NEVER, searchVisits, stepsOf, type Visit } from './visit.store';

/** 帮扶: planned, recorded on the spot, followed up; officers see what was announced and agreed. */
export function visitEndpoints(parts: VisitParts, store: ObjectStore): Endpoint[] {
  const story = async (tx: Tx, actor: Actor, visit: Visit, now: Date) =>
    presentStory(
      visit,
      {
        agreed: (await agreedOf(tx, [visit.id])).get(visit.id) ?? [],
        photos: await (
          await PhotoStates.of(tx, 'visit', [visit.id])
        ).shown(store, { id: visit.id, enterpriseId: visit.enterpriseId }, visit.photos),
        // Today is not over: it does not count.
        preliminary:
          visit.leftAt !== null && visit.measuredOn === null
            ? await measureVisit(tx, visit.id, addDays(businessDate(now), -1))
            : undefined,
        steps: await stepsOf(tx, visit.id),
        official: OFFICIALS.some((role) => hasRole(actor, role)),
      },
      businessDate(now),
      now,
    );
  return [
    get({
      path: '/api/visits',
      summary: '帮扶上门，最该办的在前',
      access: ROLES,
      query: visitSearch,
      answer: visitRows,
      handler: async ({ tx, actor, query, now }) => {
        const size = pageSize(query);
        const [dueOn, id] = cursorParts(query.cursor, /^(\d{4}-\d{2}-\d{2})_(\d{1,15})$/) ?? [];
        const rows = await searchVisits(tx, actor.scope, {
          state: query.state,
          enterpriseId: query.enterpriseId === undefined ? undefined : toId(query.enterpriseId),
          ownerId: query.mine === undefined ? undefined : actor.personId,
          warningId: query.warningId === undefined ? undefined : toId(query.warningId),
          after: dueOn === undefined ? undefined : { dueOn, id: Number(id) },
          limit: size + 1,
        });
        const { shown, next } = onePage(rows, size, (row) => `${row.dueOn ?? NEVER}_${row.id}`);
        const agreed = await agreedOf(
          tx,
          shown.map((row) => row.id),
        );
        const today = businessDate(now);
        return {
          at: now.toISOString(),
          rows: shown.map((row) => presentVisit(row, agreed.get(row.id) ?? [], today)),
          next,
        };
      },
    }),
    get({
      path: '/api/visits/:id',
      summary: '一次帮扶：做了什么、约定了什么、效果如何',
      access: ROLES,
      params: visitParams,
      answer: visitAnswer,
      handler: async ({ tx, actor, params, now }) => {
        const visit = await findVisit(tx, actor.scope, toId(params.id));
        if (visit === undefined) throw wire.NOT_FOUND();
        return story(tx, actor, visit, now);
      },
    }),
    post({
      path: '/api/visits',
      summary: '计划一次上门帮扶',
      access: OFFICIALS,
      body: newVisit,
      answer: visitAnswer,
      handler: async ({ tx, actor, body, now }) => {
        const visit = await planVisit({ tx, actor, now }, parts, { ...planOf(body), plannedOn: body.plannedOn });
        return story(tx, actor, visit, now);
      },
    }),
    post({
      path: '/api/visit-records',
      summary: '记录一次没有事先计划的上门',
      access: OFFICIALS,
      body: unplannedBody,
      answer: visitAnswer,
      outside: ({ read, body }) => requireStored(read, store, toId(body.enterpriseId), body.photos),
      handler: async ({ tx, actor, body, now }) => {
        const plan = { ...planOf(body), plannedOn: businessDate(now) };
        const visit = await recordUnplanned({ tx, actor, now }, parts, plan, recordOf(body));
        return story(tx, actor, visit, now);
      },
    }),
    post({
      path: '/api/visits/:id/record',
      summary: '现场记录：扫码、照片、教了什么、缺什么、约定了什么',
      access: OFFICIALS,
      params: visitParams,
      body: recordBody,
      answer: visitAnswer,
      outside: async ({ read, actor, params, body }) => {
        const visit = await findVisit(read, actor.scope, toId(params.id));
        if (visit === undefined) throw wire.NOT_FOUND();
        await requireStored(read, store, visit.enterpriseId, body.photos);
      },
      handler: async ({ tx, actor, params, body, now }) => {
        const call = { tx, actor, now };
        const visit = await recordVisit(call, parts, toId(params.id), body.clientUuid, recordOf(body));
        return story(tx, actor, visit, now);
      },
    }),
    post({
      path: '/api/visits/:id/follow-up',
      summary: '回访：逐项写明约定事项有没有做到',
      access: OFFICIALS,
      params: visitParams,
      body: followUpBody,
      answer: visitAnswer,
      handler: async ({ tx, actor, params, body, now }) =>
        story(tx, actor, await followUp({ tx, actor, now }, parts, { id: toId(params.id), ...body }), now),
    }),
    post({
      path: '/api/visits/:id/cancel',
      summary: '取消计划中的上门，写明原因',
      access: OFFICIALS,
      params: visitParams,
      body: cancelBody,
      answer: visitAnswer,
      handler: async ({ tx, actor, params, body, now }) =>
        story(tx, actor, await cancelVisit({ tx, actor, now }, parts, { id: toId(params.id), ...body }), now),
    }),
  ];
}

type Planned = Omit<z.infer<typeof newVisit>, 'plannedOn'>;

function planOf({ clientUuid, enterpriseId, warningId, purpose, overrideReason }: Planned) {
  return {
    clientUuid,
    enterpriseId: toId(enterpriseId),
    warningId: warningId === undefined ? null : toId(warningId),
    purpose,
    overrideReason: overrideReason ?? null,
  };
}

function recordOf(body: Omit<z.infer<typeof recordBody>, 'clientUuid'>): VisitRecord {
  const { token, position, photos, taught, lacks, internalNote, agreed } = body;
  return {
    token,
    position,
    photos,
    agreed,
    arrivedAt: new Date(body.arrivedAt),
    leftAt: new Date(body.leftAt),
    sentAt: new Date(body.sentAt),
    taught: taught ?? null,
    lacks: lacks ?? null,
    internalNote: internalNote ?? null,
  };
}
