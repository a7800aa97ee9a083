import { benefitOf, type VisitFacts } from '../../bff/src/features/township/benefit.rules';

const quiet: VisitFacts = {
  majorWarnings: 0,
  normalWarnings: 0,
  overdueMajor: 0,
  overdueGeneral: 0,
  overdueMinor: 0,
  due: 30,
  done: 30,
  recentDue: 7,
  recentDone: 7,
  daysSinceVisit: 200,
  undisturbed: false,
};
const with_ = (changed: Partial<VisitFacts>) => benefitOf({ ...quiet, ...changed });

describe('the expected benefit of a visit', () => {
  it('is nothing where nothing is wrong, however long ago the last visit was', () => {
    expect(with_({})).toEqual({ score: 0, parts: [], reason: '没有要紧的事，不用专程去。' });
    expect(with_({ daysSinceVisit: null }).score).toBe(0);
  });

  it('says the heaviest reasons and when somebody was there', () => {
    expect(with_({ overdueMajor: 1, due: 50, done: 31, recentDue: 0, recentDone: 0, daysSinceVisit: 120 })).toEqual({
      score: 63,
      parts: [
        { kind: 'overdue', points: 30, text: '1 个重大问题超期' },
        { kind: 'completion', points: 23, text: '近 30 天完成率 62%' },
        { kind: 'long_ago', points: 10, text: '120 天没有去过' },
      ],
      reason: '1 个重大问题超期，近 30 天完成率 62%，120 天没有去过。',
    });
  });

  it('names at most three needs, but counts all', () => {
    const { score, parts, reason } = with_({
      majorWarnings: 1,
      normalWarnings: 2,
      overdueGeneral: 1,
      overdueMinor: 2,
      due: 40,
      done: 30,
      recentDue: 10,
      recentDone: 5,
      daysSinceVisit: 30,
    });
    expect(parts.map(({ kind, points }) => [kind, points])).toEqual([
      ['major_warning', 40],
      ['warning', 20],
      ['overdue', 20],
      ['completion', 15],
      ['falling', 10],
    ]);
    expect(score).toBe(105);
    expect(reason).toBe('1 条重大预警，2 条预警没办完，1 个一般问题、2 个轻微问题超期。');
  });

  it('gives time after a visit, but not to what is major', () => {
    const minor = with_({ normalWarnings: 2, daysSinceVisit: 3 });
    expect(minor).toMatchObject({ score: 10, reason: '2 条预警没办完，3 天前去过。' });
    expect(with_({ majorWarnings: 1, daysSinceVisit: 0 })).toMatchObject({
      score: 40,
      reason: '1 条重大预警，今天去过。',
    });
    expect(with_({ normalWarnings: 2, daysSinceVisit: 15 }).score).toBe(20);
    expect(with_({ normalWarnings: 2, daysSinceVisit: null })).toMatchObject({
      score: 30,
      reason: '2 条预警没办完，还没有人去帮过。',
    });
  });

  it('is capped by kind, so that many small things do not outweigh a grave one', () => {
    expect(with_({ normalWarnings: 9, daysSinceVisit: 30 }).score).toBe(30);
    expect(with_({ overdueMinor: 40, daysSinceVisit: 30 }).score).toBe(60);
    expect(with_({ due: 30, done: 0, recentDue: 0, recentDone: 0, daysSinceVisit: 30 }).score).toBe(40);
  });

  it('takes no share from a handful of tasks', () => {
    expect(with_({ due: 4, done: 0, recentDue: 0, recentDone: 0 }).score).toBe(0);
    expect(with_({ due: 20, done: 18, recentDue: 2, recentDone: 0, daysSinceVisit: 30 }).parts).toEqual([
      { kind: 'completion', points: 6, text: '近 30 天完成率 90%' },
    ]);
  });

  it('leaves who is on the positive list undisturbed', () => {
    expect(with_({ undisturbed: true, normalWarnings: 3, overdueGeneral: 2 })).toEqual({
      score: 0,
      parts: [],
      reason: '在正面清单上，无事不扰。',
    });
  });
});
