import { businessDate } from '../../core/clock';
import type { Tx } from '../../core/database';
import { get, post, type Endpoint } from '../../core/endpoint';
import type { Partner } from '../../core/partner';
import { cursorId, onePage, pageSize } from '../../core/paging';
import { usccIsValid } from '../directory';
import { scoreOf } from '../healthcode';
import { CODE_EXAMPLE, presentChange, presentCode } from './code.present';
import {
  batchAnswer,
  batchBody,
  codeAnswer,
  codeRows,
  codeSearch,
  detailAnswer,
  detailSearch,
  usccParams,
} from './code.schema';
import { codesOf, mayGrade, visible, type Codes } from './code.service';
import { colourChanges, enterprisesByUscc, searchCodes, type Code } from './code.store';
import { consentInForce } from './consent.store';
import type { Meter } from './meter.service';
import { partnerProblems } from './partner.problems';
import { moment, mustBeUscc } from './partner.rules';
import type { QueryLog } from './query-log.service';

const MOST_ITEMS = 500;
/** Changes of colour in one answer. */
const MOST_CHANGES = 200;

interface CodeParts {
  codes: Codes;
  meter: Meter;
  log: QueryLog;
}

/** What partner agencies ask: one code with its proof, many, those that fit a filter, and what enterprises allow. */
export function codeEndpoints({ codes, meter, log }: CodeParts): Endpoint[] {
  const note = (
    partner: Partner,
    told: readonly Code[],
    at: Date,
    fields = mayGrade(partner) ? 'colour grade' : 'colour',
  ) =>
    log.note(
      ...told.map(({ enterprise }) => ({
        clientId: partner.clientId,
        enterpriseId: enterprise.id,
        at,
        fields,
      })),
    );
  return [
    get({
      path: '/api/partner/v1/codes/:uscc',
      summary: '按统一社会信用代码查一家企业的健康码和信用等级，附可留存的签名',
      access: { partner: 'code:read' },
      params: usccParams,
      answer: codeAnswer,
      examples: { answer: { ...CODE_EXAMPLE, proof: 'eyJhbGciOiJFUzI1NiIs…' } },
      handler: async ({ actor, params, now }) => {
        mustBeUscc(params.uscc);
        const { code, answer } = await codes.single(actor, params.uscc, now);
        note(actor, [code], now);
        return answer;
      },
    }),
    post({
      path: '/api/partner/v1/codes',
      summary: '一次查询最多 500 家企业，逐家给出结果或原因',
      access: { partner: 'code:read' },
      body: batchBody,
      /** Nothing is changed: no transaction. */
      ownTransaction: true,
      answer: batchAnswer,
      examples: {
        body: { usccs: [CODE_EXAMPLE.uscc, '91330521MA2B3C4D5X'] },
        answer: {
          items: [
            { uscc: CODE_EXAMPLE.uscc, code: CODE_EXAMPLE, problem: null },
            {
              uscc: '91330521MA2B3C4D5X',
              code: null,
              problem: {
                code: 'PARTNER.USCC_MALFORMED',
                message: '统一社会信用代码不正确（18 位，末位为校验码），请核对后再试。',
              },
            },
          ],
        },
      },
      handler: async ({ tx, actor, body, now, ctx }) => {
        const { usccs } = body;
        if (usccs.length > MOST_ITEMS) throw partnerProblems.TOO_MANY_ITEMS({ most: MOST_ITEMS });
        // Its first enterprise was counted with the call.
        meter.charge(ctx, actor, usccs.length - 1);
        const wellFormed = [...new Set(usccs.filter(usccIsValid))];
        const named = wellFormed.length === 0 ? [] : await enterprisesByUscc(tx, wellFormed);
        const found = new Map((await codesOf(tx, named, now)).map((code) => [code.enterprise.uscc, code]));
        const told = new Set<Code>();
        const items = usccs.map((uscc) => {
          const code = visible(found.get(uscc), actor);
          const problem = problemOf(uscc, code, now);
          if (code !== undefined && problem === null) told.add(code);
          return {
            uscc,
            code: code === undefined || problem !== null ? null : presentCode(code, mayGrade(actor)),
            problem,
          };
        });
        note(actor, [...told], now);
        return { items };
      },
    }),
    get({
      path: '/api/partner/v1/codes',
      summary: '按颜色、变色时间、有效期、信用等级列出企业',
      access: { partner: 'code:read' },
      query: codeSearch,
      answer: codeRows,
      examples: { answer: { rows: [CODE_EXAMPLE], next: '40213' } },
      handler: async ({ tx, actor, query, now, ctx }) => {
        if (query.grade !== undefined && !mayGrade(actor)) throw partnerProblems.SCOPE_MISSING({ scope: 'grade:read' });
        const size = pageSize(query);
        const named = await searchCodes(tx, {
          region: actor.regionPrefix,
          colour: query.colour,
          grade: query.grade,
          since: query.since === undefined ? undefined : moment(query.since, now),
          validUntil: query.validUntil === undefined ? undefined : new Date(query.validUntil),
          now,
          after: cursorId(query.cursor) ?? 0,
          limit: size + 1,
        });
        const { shown, next } = onePage(named, size, (row) => String(row.id));
        meter.charge(ctx, actor, Math.max(0, shown.length - 1));
        const found = await codesOf(tx, shown, now);
        note(actor, found, now);
        return { rows: found.map((code) => presentCode(code, mayGrade(actor))), next };
      },
    }),
    get({
      path: '/api/partner/v1/codes/:uscc/details',
      summary: '企业授权后可看的得分和变色历史',
      access: { partner: 'detail:read' },
      params: usccParams,
      query: detailSearch,
      answer: detailAnswer,
      examples: {
        answer: {
          uscc: CODE_EXAMPLE.uscc,
          consent: { fields: ['score', 'history'], until: '2027-11-20T00:00:00.000Z' },
          score: 76.5,
          history: [{ at: CODE_EXAMPLE.since, from: 'green', to: 'yellow', score: 76.5 }],
        },
      },
      handler: async ({ tx, actor, params, query, now }) => {
        mustBeUscc(params.uscc);
        const to = query.at === undefined ? now : moment(query.at, now);
        const from = query.since === undefined ? new Date(0) : moment(query.since, now);
        const [code] = await codesOf(tx, await enterprisesByUscc(tx, [params.uscc]), now);
        const seen = visible(code, actor);
        if (seen === undefined) throw partnerProblems.UNKNOWN_ENTERPRISE();
        const consent = await consentInForce(tx, seen.enterprise.id, actor.clientId, now);
        if (consent === undefined) throw partnerProblems.NO_CONSENT();
        if (seen.standing.validUntil <= now) throw partnerProblems.NOT_CURRENT();
        const fields = consent.fields.split(' ');
        const changes = fields.includes('history')
          ? await colourChanges(tx, seen.enterprise.id, from, to, MOST_CHANGES)
          : undefined;
        const score = fields.includes('score') ? await scoreAt(tx, seen, to, now) : null;
        note(actor, [seen], now, consent.fields);
        return {
          uscc: params.uscc,
          consent: { fields, until: consent.until_at.toISOString() },
          score,
          history: changes?.map(presentChange) ?? null,
        };
      },
    }),
  ];
}

/** The score of now, or as the night of an earlier day left it; null where that day has none. */
async function scoreAt(tx: Tx, { enterprise, standing }: Code, at: Date, now: Date): Promise<number | null> {
  const day = businessDate(at);
  return day === businessDate(now) ? standing.score : ((await scoreOf(tx, enterprise.id, day)) ?? null);
}

/** Why an item of a batch has no code. What lies outside the client's region is told like what does not exist. */
function problemOf(uscc: string, code: Code | undefined, now: Date): { code: string; message: string } | null {
  const problem = !usccIsValid(uscc)
    ? partnerProblems.USCC_MALFORMED()
    : code === undefined
      ? partnerProblems.UNKNOWN_ENTERPRISE()
      : code.standing.validUntil <= now
        ? partnerProblems.NOT_CURRENT()
        : null;
  return problem === null ? null : { code: problem.code, message: problem.message };
}
