import { fromJson } from '../../core/database';
import type { Day, ListedCode } from './code.read.store';
import type { CodeAnswer } from './code.schema';
import { waitsForCheck, type ColourState } from './colour.rules';
import type { Evaluation } from './evaluate.rules';
import type { Fact } from './fact.rules';
import type { Step } from './forward.rules';
import type { Outcome, Outlook } from './outlook.rules';
import type { RuleSet } from './ruleset.store';

const iso = (at: number) => new Date(at).toISOString();
const isoOrNull = (at: number | null) => (at === null ? null : iso(at));

export function presentListed(code: ListedCode) {
  const { enterpriseId, name, uscc, region, industry } = code;
  return {
    enterprise: { id: String(enterpriseId), name, uscc, region, industry },
    score: code.score,
    colour: code.colour,
    since: code.colourSince.toISOString(),
    evaluatedAt: code.evaluatedAt.toISOString(),
    validUntil: code.validUntil.toISOString(),
    version: code.version,
    positiveSince: code.positiveSince?.toISOString() ?? null,
  };
}

export interface Told {
  listed: ListedCode;
  ruleSet: RuleSet;
  state: ColourState;
  evaluation: Evaluation;
  outlook: Outlook;
  tried: Outcome | null;
  texts: ReadonlyMap<string, string>;
  at: Date;
}

/** The whole story of a code: everything of one evaluation at one instant. */
export function presentCode({ listed, ruleSet, state, evaluation, outlook, tried, texts, at }: Told): CodeAnswer {
  const { rules, dimensions, vetoes, bonuses, bands, dwell } = ruleSet.body;
  const named = new Map([...rules, ...vetoes.kinds, ...bonuses.rules].map((each) => [each.code, each]));
  const nameOf = (code: string) => {
    const found = named.get(code);
    return { code, zh: found?.zh ?? code, basis: found?.basis ?? ('O' as const) };
  };
  const rowsOf = ({ type, ids }: Fact['rows']) =>
    ids.map((id) => ({ type, id: String(id), text: texts.get(`${type}:${id}`) ?? '' }));
  return {
    ...presentListed(listed),
    score: evaluation.score,
    colour: state.colour,
    since: iso(state.since),
    at: at.toISOString(),
    ruleSet: { version: ruleSet.version, name: ruleSet.name },
    bands: bands.map(({ colour, from }) => ({ colour, from })),
    reached: evaluation.colour,
    upDays: dwell.upDays,
    waitsForCheck: waitsForCheck(state, at.getTime(), ruleSet.body),
    dimensions: evaluation.dimensions.map(({ code, counted, cap }) => {
      const dimension = dimensions.find((each) => each.code === code);
      return { code, zh: dimension?.zh ?? code, counted, cap, basis: dimension?.basis ?? 'O' };
    }),
    deductions: evaluation.deductions.map((each) => ({
      key: each.key,
      ...nameOf(each.code),
      dimension: each.dimension,
      points: each.points,
      counted: each.counted,
      since: iso(each.since),
      expiresAt: isoOrNull(each.expiresAt),
      disputed: each.disputed,
      restored: each.restored,
      remedies: each.remedies,
      rows: rowsOf(each.rows),
    })),
    vetoes: evaluation.vetoes.map(({ key, code, since, until, rows }) => ({
      key,
      ...nameOf(code),
      since: iso(since),
      until: iso(until),
      rows: rowsOf(rows),
    })),
    bonuses: evaluation.bonuses.map(({ code, points, until }) => ({
      ...nameOf(code),
      points,
      until: isoOrNull(until),
    })),
    restoration: evaluation.restoration.map(({ key, since, saved }) => ({ key, since: iso(since), saved })),
    outlook: {
      path: presentPath(outlook.nothing),
      options: outlook.options.map(({ step, gain, outcome }) => ({
        step: presentStep(step),
        gain,
        ...presentOutcome(outcome),
      })),
      toBest: outlook.toBest === null ? null : presentSteps(outlook.toBest),
    },
    tried: tried === null ? null : { ...presentSteps(tried), path: presentPath(tried) },
  };
}

const presentStep = ({ kind, key }: Step) => ({ kind, key: key ?? null });

function presentOutcome({ score, colour, reached, bestAt }: Outcome) {
  return { score, colour, reached, bestAt: isoOrNull(bestAt) };
}

function presentSteps(outcome: Outcome) {
  return { steps: outcome.steps.map(presentStep), ...presentOutcome(outcome) };
}

function presentPath({ path }: Outcome) {
  return path.map(({ at, score, colour }) => ({ at: iso(at), score, colour }));
}

/** Days as they were scored, in the words of the rules that were in force then. */
export function presentDays(days: readonly Day[], ruleSets: readonly RuleSet[]) {
  const names = new Map(
    ruleSets.flatMap(({ version, body }) => body.rules.map(({ code, zh }) => [`${version}:${code}`, zh] as const)),
  );
  return days.map(({ day, score, colour, ruleSetVersion, dimensions, deductions, vetoes }) => ({
    day,
    score,
    colour,
    ruleSetVersion,
    dimensions: fromJson<Record<string, number>>(dimensions),
    deductions: fromJson<[string, number, number][]>(deductions).map(([code, facts, points]) => ({
      code,
      zh: names.get(`${ruleSetVersion}:${code}`) ?? code,
      facts,
      points,
    })),
    vetoes,
  }));
}
