import { z } from 'zod';
import { ROLES, OFFICIALS } from '../../core/actor';
import type { Tx } from '../../core/database';
import { get, post, type Endpoint } from '../../core/endpoint';
import type { Core } from '../../core/feature';
import { cursorParts, onePage, pageSize } from '../../core/paging';
import { wire } from '../../core/problem';
import { id, toId } from '../../core/wire';
import { findEnterprise } from '../directory';
import { presentObjection, presentResult, presentRound } from './credit.present';
import {
  enterpriseCredit,
  newRound,
  periodParams,
  resultRows,
  resultSearch,
  roundAnswer,
  roundRows,
  roundStory,
} from './credit.schema';
import { currentGrades } from './grade.store';
import { adjustments, objections } from './matter.store';
import { beginRound, finaliseRound, publishRound } from './round.service';
import { gradeCounts, openMatters, resultsOfEnterprise, roundOf, rounds, searchResults } from './round.store';
import type { SchemeBody } from './scheme.schema';
import { schemeOf, schemes } from './scheme.store';

const NOTHING = z.strictObject({});
const SHOWN_MATTERS = 50;

/** 信用评价: begun, preliminary, final, published; and what it says of one enterprise. */
export function roundEndpoints({ events }: Core): Endpoint[] {
  const schemeOfRound = async (tx: Tx, period: string): Promise<SchemeBody> => {
    const round = await roundOf(tx, period);
    const scheme = round === undefined ? undefined : await schemeOf(tx, round.schemeVersion);
    if (scheme === undefined) throw wire.NOT_FOUND();
    return scheme.body;
  };
  return [
    get({
      path: '/api/credit/rounds',
      summary: '各个评价周期',
      access: OFFICIALS,
      answer: roundRows,
      handler: async ({ tx }) => ({ rows: (await rounds(tx)).map(presentRound) }),
    }),
    post({
      path: '/api/credit/rounds',
      summary: '开始一个周期的评价',
      access: ['regulator'],
      cityWide: true,
      body: newRound,
      answer: roundAnswer,
      handler: async ({ tx, actor, body, now }) => presentRound(await beginRound(tx, events, actor, body, now)),
    }),
    get({
      path: '/api/credit/rounds/:period',
      summary: '一个周期：各等级家数，还有什么没处理完',
      access: OFFICIALS,
      params: periodParams,
      answer: roundStory,
      handler: async ({ tx, actor, params: { period } }) => {
        const round = await roundOf(tx, period);
        if (round === undefined) throw wire.NOT_FOUND();
        return {
          ...presentRound(round),
          grades: await gradeCounts(tx, actor.scope, period),
          open: await openMatters(tx, actor.scope, period),
        };
      },
    }),
    get({
      path: '/api/credit/rounds/:period/results',
      summary: '评价结果，分数高的在前；edge 只看离等级线很近的',
      access: OFFICIALS,
      params: periodParams,
      query: resultSearch,
      answer: resultRows,
      handler: async ({ tx, actor, params: { period }, query }) => {
        const scheme = await schemeOfRound(tx, period);
        const size = pageSize(query);
        const [score, enterpriseId] = cursorParts(query.cursor, /^(\d{1,3}(?:\.\d{1,2})?)_(\d{1,15})$/) ?? [];
        const lines = scheme.bands.map(([, least]) => least).filter((least) => least > 0);
        const rows = await searchResults(tx, actor.scope, {
          period,
          grade: query.grade,
          near: query.edge === undefined ? undefined : { lines, within: query.edge },
          after: score === undefined ? undefined : { score: Number(score), enterpriseId: Number(enterpriseId) },
          limit: size + 1,
        });
        const { shown, next } = onePage(rows, size, (row) => `${row.score}_${row.enterpriseId}`);
        return { rows: shown.map((row) => presentResult(row, scheme)), next };
      },
    }),
    post({
      path: '/api/credit/rounds/:period/finalise',
      summary: '定稿：异议期过了、都处理完了才可以',
      access: ['regulator'],
      cityWide: true,
      params: periodParams,
      body: NOTHING,
      answer: roundAnswer,
      handler: async ({ tx, actor, params, now }) =>
        presentRound(await finaliseRound(tx, events, actor, params.period, now)),
    }),
    post({
      path: '/api/credit/rounds/:period/publish',
      summary: '公布评价结果',
      access: ['regulator'],
      cityWide: true,
      params: periodParams,
      body: NOTHING,
      answer: roundAnswer,
      handler: async ({ tx, actor, params, now }) =>
        presentRound(await publishRound(tx, events, actor, params.period, now)),
    }),
    get({
      path: '/api/enterprises/:id/credit',
      summary: '一家企业的信用评价：等级、由来、差多少',
      access: ROLES,
      params: z.strictObject({ id }),
      answer: enterpriseCredit,
      handler: async ({ tx, actor, params, now }) => {
        const enterpriseId = toId(params.id);
        const results = await resultsOfEnterprise(tx, actor.scope, enterpriseId);
        if (results.length === 0 && (await findEnterprise(tx, actor.scope, enterpriseId)) === undefined) {
          throw wire.NOT_FOUND();
        }
        const bodies = new Map((await schemes(tx)).map(({ version, body }) => [version, body]));
        const ofPeriod = new Map((await rounds(tx)).map((round) => [round.period, round]));
        const mine = { enterpriseId, limit: SHOWN_MATTERS };
        const current = (await currentGrades(tx, [enterpriseId], now)).get(enterpriseId);
        return {
          current:
            current === undefined
              ? null
              : {
                  grade: current.grade,
                  period: current.period,
                  source: current.source,
                  validUntil: current.validUntil.toISOString(),
                },
          results: results.flatMap((row) => {
            const round = ofPeriod.get(row.period);
            const body = round === undefined ? undefined : bodies.get(round.schemeVersion);
            // A list that is still being made is nobody's result yet.
            if (round === undefined || body === undefined || round.state === 'computing') return [];
            return [{ ...presentResult(row, body), state: round.state, objectionsUntil: round.objectionsUntil }];
          }),
          objections: (await objections(tx, actor.scope, mine)).map(presentObjection),
          adjustments: (await adjustments(tx, actor.scope, { ...mine, state: 'confirmed' })).map(
            ({ period, points, reason }) => ({ period, points, reason }),
          ),
        };
      },
    }),
  ];
}
