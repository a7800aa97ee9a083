import { movesOf } from '../../miniapp/src/pages/code/days/moves';

const day = (date: string, given: Partial<Parameters<typeof movesOf>[0][number]> = {}) => ({
  day: date,
  score: 100,
  colour: 'green' as const,
  ruleSetVersion: 1,
  dimensions: {},
  deductions: [],
  vetoes: 0,
  ...given,
});
const missed = (facts: number) => ({ code: 'H01', zh: '漏检一次', facts, points: facts });

describe('what changed a code from day to day', () => {
  it('is what came and what went, the newest first', () => {
    const moves = movesOf([
      day('2026-11-01'),
      day('2026-11-02', { score: 98, deductions: [missed(2)] }),
      day('2026-11-03', { score: 98, deductions: [missed(2)] }),
      day('2026-11-04', { score: 91, deductions: [missed(1), { code: 'H21', zh: '罚款', facts: 1, points: 8 }] }),
    ]);
    expect(moves.map(({ day: date, reasons }) => [date, reasons])).toEqual([
      ['2026-11-04', ['罚款 −8', '漏检一次 消除 1']],
      ['2026-11-02', ['漏检一次 −2']],
    ]);
  });

  it('names a veto, new rules and bonuses; a colour that only waited its days needs no reason', () => {
    const moves = movesOf([
      day('2026-11-01', { colour: 'yellow' }),
      day('2026-11-02'),
      day('2026-11-03', { score: 97, ruleSetVersion: 2 }),
      day('2026-11-04', { score: 99, ruleSetVersion: 2 }),
      day('2026-11-05', { score: 99, colour: 'red', vetoes: 1, ruleSetVersion: 2 }),
      day('2026-11-06', { score: 99, vetoes: 0, ruleSetVersion: 2 }),
    ]);
    expect(moves.map(({ reasons }) => reasons)).toEqual([
      ['一票否决到期'],
      ['新增一票否决'],
      ['加分变化'],
      ['换了新规则'],
      [],
    ]);
  });
});
