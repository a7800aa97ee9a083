import { WATCHED } from './codes.rules';
import { dayStart, localDay } from './day.rules';
import { derivedFacts } from './derived.rules';
import type { Fact } from './fact.rules';
import type { COLOURS } from './ruleset.schema';
import { type RuleSetBody } from './ruleset.schema';

/*
 * The score is a pure function of facts, a rule set and an instant. A fact carries from when it counts, when it was put
 * right, restored or cancelled; everything else follows, so that any instant of past and future can be asked for.
 * Points are counted in hundredths, so that the order of adding cannot show.
 */

export type Colour = (typeof COLOURS)[number];
type Rule = RuleSetBody['rules'][number];

/** What would take a deduction away, or lower it. */
type Remedy = 'wait' | 'correct' | 'repair' | 'dispute';

export interface Deduction {
  key: string;
  code: string;
  dimension: string;
  /** What the rule asks for this fact, halved after a restoration. */
  points: number;
  /** What it costs once the caps of rule and dimension are applied. */
  counted: number;
  since: number;
  /** Null: until it is put right. */
  expiresAt: number | null;
  rows: Fact['rows'];
  disputed: boolean;
  restored: boolean;
  remedies: Remedy[];
}

interface Veto {
  key: string;
  code: string;
  since: number;
  until: number;
  rows: Fact['rows'];
}

interface Bonus {
  code: string;
  points: number;
  /** Null: as long as it goes on like this. */
  until: number | null;
}

export interface Evaluation {
  /** 0..100, two decimals. */
  score: number;
  /** The colour of the band, vetoes and bars included; when it is shown is a matter of dwell: colour.rules.ts. */
  colour: Colour;
  dimensions: { code: string; counted: number; cap: number }[];
  deductions: Deduction[];
  vetoes: Veto[];
  bonuses: Bonus[];
  /** Deductions that count less since a verified restoration, and what that saves now. */
  restoration: { key: string; since: number; saved: number }[];
}

/** Whether a fact counts at all at `at`: it has happened, and nobody has cancelled it. */
export function holds(fact: Fact, at: number): boolean {
  return fact.occurredAt <= at && (fact.cancelledAt === null || fact.cancelledAt > at);
}

/** When a deduction ends, as far as is known at `at`; null while nobody has put it right. */
function expiryOf(fact: Fact, valid: Rule['valid'], at: number): number | null {
  switch (valid.kind) {
    case 'days':
      return dayStart(localDay(fact.lastAt ?? fact.occurredAt) + valid.days);
    case 'while_valid':
      return fact.endedAt;
    case 'until_fixed':
      if (fact.endedAt === null || fact.endedAt > at) return null;
      return valid.plusDays === 0 ? fact.endedAt : dayStart(localDay(fact.endedAt) + valid.plusDays);
  }
}

export function evaluate(facts: readonly Fact[], ruleSet: RuleSetBody, at: number): Evaluation {
  const present = facts.filter((fact) => holds(fact, at));
  const byCode = groupByCode([...present, ...derivedFacts(present, ruleSet)]);
  const deductions = deductionsOf(byCode, ruleSet, at);
  const dimensions = ruleSet.dimensions.map(({ code, cap }) => ({
    code,
    cap,
    counted: hundredths(deductions.filter(({ dimension }) => dimension === code).map(({ counted }) => counted)) / 100,
  }));
  const bonuses = bonusesOf(byCode, ruleSet, at);
  const vetoes = vetoesOf(byCode, ruleSet, at);
  const lost = hundredths(dimensions.map(({ counted }) => counted));
  const gained = Math.min(hundredths([ruleSet.bonuses.cap]), hundredths(bonuses.map(({ points }) => points)));
  const sum = hundredths([ruleSet.start]) - lost + gained;
  const score = Math.min(10_000, Math.max(hundredths([ruleSet.floor]), sum)) / 100;
  const barred = ruleSet.bestBarredBy.some(({ code }) =>
    byCode.get(code)?.some(({ endedAt }) => endedAt === null || endedAt > at),
  );
  return {
    score,
    colour: reachedColour(score, vetoes.length > 0, barred, ruleSet),
    dimensions,
    deductions,
    vetoes,
    bonuses,
    restoration: restorationOf(byCode, deductions, ruleSet),
  };
}

function reachedColour(score: number, vetoed: boolean, barred: boolean, { bands, vetoes }: RuleSetBody): Colour {
  const byScore = bands.findIndex(({ from }) => score >= from);
  const last = bands.length - 1;
  const at = Math.max(
    byScore === -1 ? last : byScore,
    barred ? Math.min(1, last) : 0,
    vetoed ? bands.findIndex(({ colour }) => colour === vetoes.colour) : 0,
  );
  return bands[at]?.colour ?? 'black';
}

function deductionsOf(byCode: ReadonlyMap<string, Fact[]>, ruleSet: RuleSetBody, at: number): Deduction[] {
  const all: Deduction[] = [];
  for (const rule of ruleSet.rules) {
    const asked = (byCode.get(rule.code) ?? []).flatMap((fact) => deductionOf(fact, rule, ruleSet, at));
    all.push(...capped(asked, rule.cap));
  }
  if (all.length === 0) return all;
  return ruleSet.dimensions.flatMap(({ code, cap }) =>
    capped(
      all.filter(({ dimension }) => dimension === code),
      cap,
    ),
  );
}

function deductionOf(fact: Fact, rule: Rule, ruleSet: RuleSetBody, at: number): Deduction[] {
  const expiresAt = expiryOf(fact, rule.valid, at);
  if (expiresAt !== null && expiresAt <= at) return [];
  const full = typeof rule.points === 'number' ? rule.points : (rule.points[fact.grade ?? 'C'] ?? 0);
  const halvable = ruleSet.restoration.dimensions.includes(rule.dimension);
  const restored = halvable && fact.restoredAt !== null && fact.restoredAt <= at;
  const points = restored ? Math.ceil(hundredths([full]) * ruleSet.restoration.factor - 1e-9) / 100 : full;
  const disputed = fact.disputedAt !== null && fact.disputedAt <= at && (fact.decidedAt ?? Infinity) > at;
  const remedies: Remedy[] = [];
  const open = fact.endedAt === null || fact.endedAt > at;
  if (rule.valid.kind === 'until_fixed' && open) remedies.push('correct');
  else if (expiresAt !== null) remedies.push('wait');
  if (halvable && !restored) remedies.push('repair');
  if (rule.derived === undefined && fact.disputedAt === null) remedies.push('dispute');
  const { key, code, rows } = fact;
  return [
    {
      key,
      code,
      dimension: rule.dimension,
      points,
      counted: points,
      since: fact.occurredAt,
      expiresAt,
      rows,
      disputed,
      restored,
      remedies,
    },
  ];
}

/**
 * Applies a cap. Those that live longest count first: a deduction that counts nothing is one whose end brings nothing.
 */
function capped(deductions: readonly Deduction[], cap: number): Deduction[] {
  let left = hundredths([cap]);
  return [...deductions].sort(longestFirst).map((deduction) => {
    const counted = Math.min(left, hundredths([deduction.counted]));
    left -= counted;
    return { ...deduction, counted: counted / 100 };
  });
}

function longestFirst(one: Deduction, other: Deduction): number {
  const difference = (other.expiresAt ?? Infinity) - (one.expiresAt ?? Infinity);
  // Infinity - Infinity
  if (!Number.isNaN(difference) && difference !== 0) return difference;
  return one.since - other.since || (one.key < other.key ? -1 : 1);
}

function vetoesOf(byCode: ReadonlyMap<string, Fact[]>, { vetoes }: RuleSetBody, at: number): Veto[] {
  return vetoes.kinds.flatMap(({ code }) =>
    (byCode.get(code) ?? [])
      .map(({ key, occurredAt, rows }) => ({
        key,
        code,
        since: occurredAt,
        until: dayStart(localDay(occurredAt) + vetoes.days),
        rows,
      }))
      .filter(({ until }) => until > at)
      .sort((one, other) => other.until - one.until || (one.key < other.key ? -1 : 1)),
  );
}

function bonusesOf(byCode: ReadonlyMap<string, Fact[]>, { bonuses }: RuleSetBody, at: number): Bonus[] {
  return bonuses.rules.flatMap((rule): Bonus[] => {
    if (rule.kind === 'clean') {
      const today = localDay(at);
      const clean =
        (byCode.get(WATCHED) ?? []).some(({ occurredAt }) => today - localDay(occurredAt) >= rule.days) &&
        !(byCode.get(rule.of) ?? []).some(({ occurredAt }) => today - localDay(occurredAt) < rule.days);
      return clean ? [{ code: rule.code, points: Math.min(rule.points, rule.cap), until: null }] : [];
    }
    const ends = (byCode.get(rule.code) ?? [])
      .map(({ occurredAt }) => dayStart(localDay(occurredAt) + rule.days))
      .filter((end) => end > at)
      .sort((one, other) => other - one);
    const points = Math.min(hundredths([rule.cap]), hundredths([rule.points]) * ends.length) / 100;
    return ends.length === 0 ? [] : [{ code: rule.code, points, until: ends[0] ?? null }];
  });
}

function restorationOf(
  byCode: ReadonlyMap<string, Fact[]>,
  deductions: readonly Deduction[],
  { rules }: RuleSetBody,
): Evaluation['restoration'] {
  const full = new Map(rules.map(({ code, points }) => [code, points]));
  return deductions
    .filter(({ restored }) => restored)
    .map(({ key, code, points }) => {
      const asked = full.get(code);
      const since = byCode.get(code)?.find((fact) => fact.key === key)?.restoredAt ?? 0;
      return { key, since, saved: typeof asked === 'number' ? hundredths([asked, -points]) / 100 : 0 };
    })
    .sort((one, other) => (one.key < other.key ? -1 : 1));
}

function groupByCode(facts: readonly Fact[]): Map<string, Fact[]> {
  const groups = new Map<string, Fact[]>();
  for (const fact of facts) {
    const group = groups.get(fact.code);
    if (group === undefined) groups.set(fact.code, [fact]);
    else group.push(fact);
  }
  return groups;
}

function hundredths(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + Math.round(value * 100), 0);
}
