import { z } from 'zod';
import { ROLES, OFFICIALS } from '../../core/actor';
import { get, post, type Endpoint } from '../../core/endpoint';
import type { Core } from '../../core/feature';
import { cursorId, onePage, pageSize } from '../../core/paging';
import { id, toId } from '../../core/wire';
import {
  enterpriseAnswer,
  enterpriseChange,
  enterpriseRows,
  enterpriseSearch,
  newEnterprise,
  newPerson,
  newPoint,
  peopleRows,
  peopleSearch,
  personAnswer,
  pointAnswer,
  pointChange,
  regionRows,
} from './directory.schema';
import {
  addPoint,
  changeEnterprise,
  changePoint,
  knownEnterprise,
  knownPoint,
  registerEnterprise,
} from './directory.service';
import { presentEnterprise, presentPerson, presentPoint, presentWholeEnterprise } from './directory.present';
import { listRegions, officersOf, searchEnterprises, type EnterpriseRow } from './enterprise.store';
import { enterPerson } from './people.service';
import { grantsOf, searchPeople } from './people.store';
import { pointsOf } from './point.store';
import type { Tx } from '../../core/database';

const KEEPERS = ['township', 'regulator'] as const;

export function directoryEndpoints({ events }: Core): Endpoint[] {
  const whole = async (tx: Tx, enterprise: EnterpriseRow, now: Date) =>
    presentWholeEnterprise(enterprise, await pointsOf(tx, enterprise.id), await officersOf(tx, enterprise.id), now);
  return [
    get({
      path: '/api/regions',
      summary: '与我有关的区划',
      access: ROLES,
      answer: regionRows,
      handler: async ({ tx, actor }) => ({
        rows: (await listRegions(tx, actor.scope)).map((row) => ({
          code: row.code,
          name: row.name,
          level: row.level,
          parent: row.parent_code,
        })),
      }),
    }),
    get({
      path: '/api/enterprises',
      summary: '企业名录（按名称或信用代码查找）',
      access: ROLES,
      query: enterpriseSearch,
      answer: enterpriseRows,
      handler: async ({ tx, actor, query }) => {
        const size = pageSize(query);
        const { q, category, region } = query;
        const rows = await searchEnterprises(tx, actor.scope, {
          q,
          category,
          region,
          after: cursorId(query.cursor),
          limit: size + 1,
        });
        const { shown, next } = onePage(rows, size, (row) => String(row.id));
        return { rows: shown.map(presentEnterprise), next };
      },
    }),
    get({
      path: '/api/enterprises/:id',
      summary: '一家企业和它的点位',
      access: ROLES,
      params: z.strictObject({ id }),
      answer: enterpriseAnswer,
      handler: async ({ tx, actor, params, now }) => whole(tx, await knownEnterprise(tx, actor, toId(params.id)), now),
    }),
    post({
      path: '/api/enterprises',
      summary: '登记企业',
      access: KEEPERS,
      body: newEnterprise,
      answer: enterpriseAnswer,
      handler: async ({ tx, actor, body, now }) =>
        whole(tx, await registerEnterprise(tx, events, actor, body, now), now),
    }),
    post({
      path: '/api/enterprises/:id',
      summary: '修改企业信息',
      access: KEEPERS,
      params: z.strictObject({ id }),
      body: enterpriseChange,
      answer: enterpriseAnswer,
      handler: async ({ tx, actor, params, body, now }) =>
        whole(tx, await changeEnterprise(tx, events, actor, toId(params.id), body), now),
    }),
    post({
      path: '/api/enterprises/:id/points',
      summary: '增加点位',
      access: KEEPERS,
      params: z.strictObject({ id }),
      body: newPoint,
      answer: pointAnswer,
      handler: async ({ tx, actor, params, body, now }) =>
        presentPoint(await addPoint(tx, events, actor, toId(params.id), body, now), now),
    }),
    get({
      path: '/api/points/:id',
      summary: '一个点位',
      access: ROLES,
      params: z.strictObject({ id }),
      answer: pointAnswer,
      handler: async ({ tx, actor, params, now }) => presentPoint(await knownPoint(tx, actor, toId(params.id)), now),
    }),
    post({
      path: '/api/points/:id',
      summary: '修改点位：负责人、参数、许可频次、停用',
      access: KEEPERS,
      params: z.strictObject({ id }),
      body: pointChange,
      answer: pointAnswer,
      handler: async ({ tx, actor, params, body, now }) =>
        presentPoint(await changePoint(tx, events, actor, toId(params.id), body, now), now),
    }),
    get({
      path: '/api/people',
      summary: '辖区内的人员',
      access: OFFICIALS,
      query: peopleSearch,
      answer: peopleRows,
      handler: async ({ tx, actor, query }) => {
        const size = pageSize(query);
        const rows = await searchPeople(tx, actor.scope, {
          role: query.role,
          enterpriseId: query.enterpriseId === undefined ? undefined : toId(query.enterpriseId),
          after: cursorId(query.cursor),
          limit: size + 1,
        });
        const { shown, next } = onePage(rows, size, (row) => String(row.id));
        const grants = await grantsOf(
          tx,
          shown.map((row) => row.id),
        );
        return { rows: shown.map((row) => presentPerson(row, grants)), next };
      },
    }),
    post({
      path: '/api/people',
      summary: '登记人员和权限',
      access: KEEPERS,
      body: newPerson,
      answer: personAnswer,
      handler: async ({ tx, actor, body, now }) => {
        const grants = body.grants.map((grant) => ({
          role: grant.role,
          enterpriseId: grant.enterpriseId === undefined ? null : toId(grant.enterpriseId),
          region: grant.region ?? null,
        }));
        const person = await enterPerson(tx, events, actor, { ...body, grants }, now);
        return presentPerson(person, await grantsOf(tx, [person.id]));
      },
    }),
  ];
}
