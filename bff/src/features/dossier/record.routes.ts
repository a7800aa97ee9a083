import type { z } from 'zod';
import { OFFICIALS, ROLES, type Actor, type Role } from '../../core/actor';
import { businessDate } from '../../core/clock';
import type { Tx } from '../../core/database';
import { get, post, type Endpoint } from '../../core/endpoint';
import type { Core } from '../../core/feature';
import { cursorId, onePage, pageSize } from '../../core/paging';
import { wire } from '../../core/problem';
import { toId } from '../../core/wire';
import { presentIncident, presentPenalty, presentPetition } from './record.present';
import { ACTIONS, type RecordAction, type RecordType } from './record.rules';
import {
  incidentAnswer,
  incidentRows,
  incidentSearch,
  newIncident,
  newPenalty,
  newPetition,
  penaltyAnswer,
  penaltyRows,
  penaltySearch,
  petitionAnswer,
  petitionRows,
  petitionSearch,
  recordParams,
  stepBody,
} from './record.schema';
import { enter, step } from './record.service';
import { findRecord, searchRecords, stepsOf, type RowOf } from './record.store';

type Roles = readonly [Role, ...Role[]];

/** What a step is called in the documentation, and who may take it. Voiding is the bureau's own. */
const STEPS: Readonly<Record<RecordAction, { zh: string; access: Roles }>> = {
  verify: { zh: '查实', access: ['enforcement', 'regulator'] },
  dismiss: { zh: '查无实据', access: ['enforcement', 'regulator'] },
  confirm: { zh: '核实', access: ['enforcement', 'regulator'] },
  close: { zh: '结案', access: ['enforcement', 'regulator'] },
  void: { zh: '作废（登记错误）', access: ['regulator'] },
};

/** 信访、处罚、事件: what officials know of an enterprise from elsewhere. */
export function recordEndpoints({ events }: Core): Endpoint[] {
  return [
    ...endpointsOf('petition', {
      path: '/api/petitions',
      zh: '信访',
      rows: petitionRows,
      search: petitionSearch,
      answer: petitionAnswer,
      present: presentPetition,
    }),
    ...endpointsOf('penalty', {
      path: '/api/penalties',
      zh: '处罚',
      rows: penaltyRows,
      search: penaltySearch,
      answer: penaltyAnswer,
      present: presentPenalty,
    }),
    ...endpointsOf('incident', {
      path: '/api/incidents',
      zh: '事件',
      rows: incidentRows,
      search: incidentSearch,
      answer: incidentAnswer,
      present: presentIncident,
    }),
    post({
      path: '/api/petitions',
      summary: '登记信访',
      access: OFFICIALS,
      body: newPetition,
      answer: petitionAnswer,
      handler: async ({ tx, actor, body, now }) => {
        const { clientUuid, enterpriseId, issue, documentNo = null, ...rest } = body;
        const entry = { type: 'petition', ...rest, documentNo, kind: issue } as const;
        const row = await enter({ tx, events, actor, now }, entry, { clientUuid, enterpriseId: toId(enterpriseId) });
        return story(tx, actor, 'petition', row, presentPetition, now);
      },
    }),
    post({
      path: '/api/penalties',
      summary: '登记处罚',
      access: ['enforcement', 'regulator'],
      body: newPenalty,
      answer: penaltyAnswer,
      handler: async ({ tx, actor, body, now }) => {
        const { clientUuid, enterpriseId, authority = null, amount = null, veto = null, ...rest } = body;
        const entry = { type: 'penalty', ...rest, authority, amount, veto } as const;
        const row = await enter({ tx, events, actor, now }, entry, { clientUuid, enterpriseId: toId(enterpriseId) });
        return story(tx, actor, 'penalty', row, presentPenalty, now);
      },
    }),
    post({
      path: '/api/incidents',
      summary: '登记事件',
      access: OFFICIALS,
      body: newIncident,
      answer: incidentAnswer,
      handler: async ({ tx, actor, body, now }) => {
        const { clientUuid, enterpriseId, documentNo = null, source = null, happenedAt, ...rest } = body;
        const entry = { type: 'incident', ...rest, documentNo, source, happenedAt: new Date(happenedAt) } as const;
        const row = await enter({ tx, events, actor, now }, entry, { clientUuid, enterpriseId: toId(enterpriseId) });
        return story(tx, actor, 'incident', row, presentIncident, now);
      },
    }),
  ];

  /** List, detail and steps: the same for each kind of record. */
  function endpointsOf<T extends RecordType>(
    type: T,
    spec: {
      path: `/api/${string}`;
      zh: string;
      rows: z.ZodType<unknown, unknown>;
      search: typeof petitionSearch | typeof penaltySearch | typeof incidentSearch;
      answer: z.ZodType<unknown, unknown>;
      present: Present<T>;
    },
  ): Endpoint[] {
    const { path, zh, present } = spec;
    return [
      get({
        path,
        summary: `${zh}记录，最近登记的在前`,
        access: ROLES,
        query: spec.search,
        answer: spec.rows,
        handler: async ({ tx, actor, query, now }) => {
          const size = pageSize(query);
          const rows = await searchRecords(tx, type, actor.scope, {
            state: query.state,
            enterpriseId: query.enterpriseId === undefined ? undefined : toId(query.enterpriseId),
            kind: kindOf(query),
            from: query.from,
            to: query.to,
            dueBefore: 'overdue' in query && query.overdue !== undefined ? businessDate(now) : undefined,
            before: cursorId(query.cursor),
            limit: size + 1,
          });
          const { shown, next } = onePage(rows, size, (row) => String(row.id));
          return { rows: shown.map((row) => present(row, businessDate(now), isOfficial(actor, row))), next };
        },
      }),
      get({
        path: `${path}/:id`,
        summary: `一条${zh}记录`,
        access: ROLES,
        params: recordParams,
        answer: spec.answer,
        handler: async ({ tx, actor, params, now }) => {
          const row = await findRecord(tx, type, actor.scope, toId(params.id));
          if (row === undefined) throw wire.NOT_FOUND();
          return story(tx, actor, type, row, present, now);
        },
      }),
      ...ACTIONS[type].map((action) =>
        post({
          path: `${path}/:id/${action}`,
          summary: `${zh}：${STEPS[action].zh}`,
          access: STEPS[action].access,
          params: recordParams,
          body: stepBody,
          answer: spec.answer,
          handler: async ({ tx, actor, params, body, now }) => {
            const row = await step({ tx, events, actor, now }, type, action, { id: toId(params.id), ...body });
            return story(tx, actor, type, row, present, now);
          },
        }),
      ),
    ];
  }
}

type Search = z.infer<typeof petitionSearch> | z.infer<typeof penaltySearch> | z.infer<typeof incidentSearch>;

function kindOf(query: Search): string | undefined {
  if ('issue' in query) return query.issue;
  return 'kind' in query ? query.kind : undefined;
}

/** Whether he looks at the record as an official; who is one elsewhere is none of this enterprise's. */
function isOfficial({ scope }: Actor, { region_code: region }: { region_code: string }): boolean {
  return scope.regionPrefixes.some((prefix) => region.startsWith(prefix));
}

type Present<T extends RecordType> = (row: RowOf[T], today: string, official: boolean) => object;

/** A record with its steps; the enterprise sees no names and notes of officials. */
async function story<T extends RecordType, P extends object>(
  tx: Tx,
  actor: Actor,
  type: T,
  row: RowOf[T],
  present: (row: RowOf[T], today: string, official: boolean) => P,
  now: Date,
): Promise<P & { steps: { kind: string; by: string; at: string; note: string }[] }> {
  const official = isOfficial(actor, row);
  const steps = official ? await stepsOf(tx, type, row.id) : [];
  return {
    ...present(row, businessDate(now), official),
    steps: steps.map((each) => ({ ...each, at: each.at.toISOString() })),
  };
}
