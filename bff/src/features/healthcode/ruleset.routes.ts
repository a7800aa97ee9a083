import { OFFICIALS } from '../../core/actor';
import { businessDate } from '../../core/clock';
import { get, post, type Endpoint } from '../../core/endpoint';
import type { Core } from '../../core/feature';
import { cursorId, onePage, pageSize } from '../../core/paging';
import { wire } from '../../core/problem';
import { healthProblems } from './healthcode.problems';
import { ruleSetFaults } from './ruleset.rules';
import { newRuleSet, ruleSetAnswer, ruleSetParams, ruleSetRows, ruleSetSearch } from './ruleset.schema';
import { insertDraft, listRuleSets, ruleSetInForce, ruleSetOf, type RuleSet } from './ruleset.store';

/** The rules of the code as versioned data. Publishing a draft is a matter of its own. */
export function ruleSetEndpoints({ events }: Core): Endpoint[] {
  return [
    get({
      path: '/api/health-rule-sets',
      summary: '健康码规则的各个版本，最新的在前',
      access: OFFICIALS,
      query: ruleSetSearch,
      answer: ruleSetRows,
      handler: async ({ tx, query, now }) => {
        const size = pageSize(query);
        const inForce = await ruleSetInForce(tx, businessDate(now));
        const rows = await listRuleSets(tx, cursorId(query.cursor), size + 1);
        const { shown, next } = onePage(rows, size, ({ version }) => String(version));
        return { rows: shown.map((row) => summaryOf(row, inForce.version)), next };
      },
    }),
    get({
      path: '/api/health-rule-sets/:version',
      summary: '一个版本的健康码规则',
      access: OFFICIALS,
      params: ruleSetParams,
      answer: ruleSetAnswer,
      handler: async ({ tx, params, now }) => {
        const found = await ruleSetOf(tx, Number(params.version));
        if (found === undefined) throw wire.NOT_FOUND();
        const inForce = await ruleSetInForce(tx, businessDate(now));
        return { ...summaryOf(found, inForce.version), body: found.body };
      },
    }),
    post({
      path: '/api/health-rule-sets',
      summary: '保存一份健康码规则草案；有问题的连同位置一起退回',
      access: ['regulator'],
      cityWide: true,
      body: newRuleSet,
      answer: ruleSetAnswer,
      handler: async ({ tx, actor, body, now }) => {
        const inForce = await ruleSetInForce(tx, businessDate(now));
        const faults = ruleSetFaults(body.body);
        if (faults.length > 0) throw healthProblems.RULE_SET_FAULTY({ faults });
        const version = await insertDraft(tx, body, actor.personId, now);
        await events.append(tx, [
          {
            type: 'health-rule-set.drafted',
            subject: { type: 'health-rule-set', id: version },
            actorId: actor.personId,
            payload: { version, name: body.name },
          },
        ]);
        const stored = await ruleSetOf(tx, version);
        if (stored === undefined) throw wire.NOT_FOUND();
        return { ...summaryOf(stored, inForce.version), body: stored.body };
      },
    }),
  ];
}

function summaryOf(row: RuleSet, inForce: number) {
  const { version, name, note, state, effectiveFrom, createdBy, publishedBy } = row;
  return {
    version,
    name,
    note,
    state,
    effectiveFrom,
    createdBy,
    publishedBy,
    createdAt: row.createdAt.toISOString(),
    publishedAt: row.publishedAt?.toISOString() ?? null,
    inForce: version === inForce,
  };
}
