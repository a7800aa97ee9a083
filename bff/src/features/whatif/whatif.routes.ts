import { reachesCity, type Scope } from '../../core/actor';
import type { Tx } from '../../core/database';
import { get, post, type Endpoint } from '../../core/endpoint';
import type { Core } from '../../core/feature';
import { cursorId, onePage, pageSize } from '../../core/paging';
import { wire } from '../../core/problem';
import { toId } from '../../core/wire';
import { ruleSetOf } from '../healthcode';
import { namesOf, presentChange, presentRun } from './whatif.present';
import {
  changeRows,
  changeSearch,
  newRun,
  published,
  publishBody,
  publishParams,
  runParams,
  runRows,
  runSearch,
  runStory,
} from './whatif.schema';
import { beginRun, benefitMoves, publish } from './whatif.service';
import {
  byIndustry,
  byTownship,
  changes,
  computedCounts,
  enterprisesWithin,
  matrix,
  runOf,
  runs,
  type Run,
} from './whatif.store';

/** 试算: what a draft rule set would make of the last weeks, and its way into force. */
export function whatIfEndpoints({ events }: Core): Endpoint[] {
  const requireRun = async (tx: Tx, id: string): Promise<Run> => {
    const run = await runOf(tx, toId(id));
    if (run === undefined) throw wire.NOT_FOUND();
    return run;
  };
  // Every figure is that of the reader's own region: what a draft makes of a neighbour is the neighbour's.
  const shown = async (tx: Tx, scope: Scope, page: readonly Run[]) => {
    const computed = await computedCounts(
      tx,
      scope,
      page.map(({ id }) => id),
    );
    const all = page.some(({ state }) => state === 'running') ? await enterprisesWithin(tx, scope) : 0;
    return page.map((run) => {
      const n = computed.get(run.id) ?? 0;
      return presentRun(run, { computed: n, total: run.state === 'done' ? n : all });
    });
  };
  const story = async (tx: Tx, scope: Scope, run: Run) => {
    const [head] = await shown(tx, scope, [run]);
    if (head === undefined) throw wire.NOT_FOUND();
    return {
      ...head,
      matrix: await matrix(tx, scope, run.id),
      byIndustry: await byIndustry(tx, scope, run.id),
      byTownship: await byTownship(tx, scope, run.id),
      benefits: run.state === 'running' || reachesCity(scope) ? run.benefits : await benefitMoves(tx, scope, run),
    };
  };
  return [
    get({
      path: '/api/what-if',
      summary: '规则试算记录，最近的在前',
      access: ['enforcement', 'regulator'],
      query: runSearch,
      answer: runRows,
      handler: async ({ tx, actor, query }) => {
        const size = pageSize(query);
        const rows = await runs(tx, {
          version: query.version === undefined ? undefined : Number(query.version),
          before: cursorId(query.cursor),
          limit: size + 1,
        });
        const page = onePage(rows, size, (row) => String(row.id));
        return { rows: await shown(tx, actor.scope, page.shown), next: page.next };
      },
    }),
    post({
      path: '/api/what-if',
      summary: '用一份草稿试算过去几十天（默认 90 天）',
      access: ['regulator'],
      cityWide: true,
      body: newRun,
      answer: runStory,
      limit: { calls: 20, perSeconds: 600 },
      handler: async ({ tx, actor, body, now }) => story(tx, actor.scope, await beginRun(tx, events, actor, body, now)),
    }),
    get({
      path: '/api/what-if/:id',
      summary: '一次试算：颜色变化、行业和乡镇、会进出哪些政策名单',
      access: ['enforcement', 'regulator'],
      params: runParams,
      answer: runStory,
      handler: async ({ tx, actor, params }) => story(tx, actor.scope, await requireRun(tx, params.id)),
    }),
    get({
      path: '/api/what-if/:id/enterprises',
      summary: '试算中颜色会变的企业和原因',
      access: ['enforcement', 'regulator'],
      params: runParams,
      query: changeSearch,
      answer: changeRows,
      handler: async ({ tx, actor, params, query }) => {
        const run = await requireRun(tx, params.id);
        const size = pageSize(query);
        const rows = await changes(tx, actor.scope, run.id, {
          from: query.from,
          to: query.to,
          industry: query.industry,
          region: query.region,
          after: cursorId(query.cursor),
          limit: size + 1,
        });
        const base = await ruleSetOf(tx, run.baseVersion);
        const draft = await ruleSetOf(tx, run.draftVersion);
        const names = namesOf(...[base, draft].flatMap((each) => (each === undefined ? [] : [each.body])));
        const page = onePage(rows, size, (row) => String(row.enterpriseId));
        return { rows: page.shown.map((row) => presentChange(row, names)), next: page.next };
      },
    }),
    post({
      path: '/api/health-rule-sets/:version/publish',
      summary: '发布规则（试算过、写明原因、由起草人以外的同事）',
      access: ['regulator'],
      cityWide: true,
      params: publishParams,
      body: publishBody,
      answer: published,
      handler: async ({ tx, actor, params, body, now }) => {
        const { reason, effectiveFrom } = body;
        const given = { version: toId(params.version), runId: toId(body.runId), reason, effectiveFrom };
        const ruleSet = await publish(tx, events, actor, given, now);
        return { version: ruleSet.version, state: ruleSet.state, effectiveFrom };
      },
    }),
  ];
}
