import { z } from 'zod';
import type { Tx } from '../../core/database';
import { get, post, type Endpoint } from '../../core/endpoint';
import type { Core } from '../../core/feature';
import { cursorId, onePage, pageSize } from '../../core/paging';
import { wire } from '../../core/problem';
import { id, toId } from '../../core/wire';
import { findEnterprise } from '../directory';
import { agencyRows, newConsent, queryRows, querySearch, withdrawBody } from './consent.schema';
import { giveConsent, withdraw } from './consent.service';
import { agenciesOf, type AgencyRow } from './consent.store';
import { queriesOf } from './query-log.store';

const params = z.strictObject({ id });

/** What the enterprise itself sees and decides of partners' queries. */
export function consentEndpoints({ events }: Core): Endpoint[] {
  const agencies = async (tx: Tx, enterpriseId: number, now: Date) => ({
    rows: (await agenciesOf(tx, enterpriseId)).map((row) => presentAgency(row, now)),
  });
  return [
    get({
      path: '/api/enterprises/:id/partner-consents',
      summary: '能查询本企业健康码的机构，以及授权情况',
      access: ['officer', 'regulator'],
      params,
      answer: agencyRows,
      handler: async ({ tx, actor, params: given, now }) => {
        const enterprise = await findEnterprise(tx, actor.scope, toId(given.id));
        if (enterprise === undefined) throw wire.NOT_FOUND();
        return agencies(tx, enterprise.id, now);
      },
    }),
    post({
      path: '/api/enterprises/:id/partner-consents',
      summary: '授权一家机构查看颜色和等级以外的内容',
      access: ['officer'],
      params,
      body: newConsent,
      answer: agencyRows,
      handler: async ({ tx, actor, params: given, body, now }) => {
        await giveConsent(tx, events, actor, toId(given.id), body, now);
        return agencies(tx, toId(given.id), now);
      },
    }),
    post({
      path: '/api/partner-consents/:id/withdraw',
      summary: '收回授权，立即生效',
      access: ['officer'],
      params,
      body: withdrawBody,
      answer: agencyRows,
      handler: async ({ tx, actor, params: given, now }) =>
        agencies(tx, await withdraw(tx, events, actor, toId(given.id), now), now),
    }),
    get({
      path: '/api/enterprises/:id/code-queries',
      summary: '谁查过本企业的健康码，最近的在前',
      access: ['officer', 'regulator'],
      params,
      query: querySearch,
      answer: queryRows,
      handler: async ({ tx, actor, params: given, query }) => {
        const enterprise = await findEnterprise(tx, actor.scope, toId(given.id));
        if (enterprise === undefined) throw wire.NOT_FOUND();
        const size = pageSize(query);
        const before = cursorId(query.cursor) ?? Number.MAX_SAFE_INTEGER;
        const { shown, next } = onePage(await queriesOf(tx, enterprise.id, before, size + 1), size, (row) =>
          String(row.id),
        );
        return {
          rows: shown.map((row) => ({
            id: String(row.id),
            at: row.at.toISOString(),
            name: row.name,
            agency: row.agency,
            fields: row.fields.split(' '),
          })),
          next,
        };
      },
    }),
  ];
}

function presentAgency(row: AgencyRow, now: Date) {
  const { consent_id: consentId, fields, given_at: givenAt, until_at: until, withdrawn_at: withdrawnAt } = row;
  return {
    clientId: String(row.client_id),
    name: row.name,
    agency: row.agency,
    active: row.active === 1,
    consent:
      consentId === null || fields === null || givenAt === null || until === null
        ? null
        : {
            id: String(consentId),
            fields: fields.split(' '),
            givenAt: givenAt.toISOString(),
            until: until.toISOString(),
            withdrawnAt: withdrawnAt?.toISOString() ?? null,
            inForce: withdrawnAt === null && until > now,
          },
  };
}
