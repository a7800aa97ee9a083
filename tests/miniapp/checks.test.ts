import { beyond, doubtful, gaps, lookOf, numberOf, severityOf, type FillItem } from '../../miniapp/src/offline/checks';

const item = (given: Partial<FillItem>): FillItem => ({
  code: 'WW01',
  zh: '项目',
  en: 'item',
  type: 'ok',
  photo: 'none',
  severity: 'general',
  basis: '本系统设定',
  basisTag: 'O',
  limit: null,
  last: null,
  ...given,
});
const limit = { min: 6, max: 9, basis: 'GB 4287', basisTag: 'S' };

describe('how an answer looks on the phone', () => {
  test('a number within its limits is normal, beyond them abnormal, and while it is no number unanswered', () => {
    const ph = item({ type: 'num', unit: '无量纲', limit });
    expect(lookOf(ph, { value: 6 })).toBe('normal');
    expect(lookOf(ph, { value: 9 })).toBe('normal');
    expect(lookOf(ph, { value: 9.01 })).toBe('abnormal');
    expect(lookOf(ph, { typed: '7.' })).toBe('unanswered');
    expect(beyond(ph, 5)).toEqual({ side: 'under', limit: 6 });
    expect(beyond(ph, 10)).toEqual({ side: 'over', limit: 9 });
  });

  test('a number far from the last one, or near its limit, asks for a second look but may be sent', () => {
    const flow = item({ type: 'num', unit: 't', limit: { ...limit, min: null, max: 100 }, last: 14, warnAbove: 90 });
    expect(doubtful(flow, 15)).toBeNull();
    expect(doubtful(flow, 22)).toBe('far');
    expect(doubtful(flow, 95)).toBe('near');
    expect(doubtful({ ...flow, last: null }, 50)).toBeNull();
  });

  test('where there is no number to read, that is an answer, with the photo that the number would have', () => {
    const burner = item({ type: 'num', unit: '℃', limit, photo: 'always', absent: { zh: '未进气', en: 'not fed' } });
    expect(lookOf(burner, { value: 'na' })).toBe('na');
    expect(gaps([burner], { WW01: { value: 'na' } }, {})).toEqual([{ code: 'WW01', number: 1, what: 'photo' }]);
    expect(gaps([{ ...burner, photo: 'none' }], { WW01: { value: 'na' } }, {})).toEqual([]);
  });

  test.each([
    ['7.5', 7.5],
    ['7。5', 7.5],
    ['7，5', 7.5],
    [' 12 ', 12],
    ['-3', -3],
    ['7.', undefined],
    ['7a', undefined],
    ['', undefined],
    ['1e5', undefined],
  ])('%s is read as %s', (typed, value) => {
    expect(numberOf(typed)).toBe(value);
  });

  test('the severity is the rule’s; the item’s question raises it', () => {
    const store = item({ severity: 'general', question: { zh: '有液体流出吗', en: 'leak', to: 'major' } });
    expect(severityOf(store, { value: 'abnormal' })).toBe('general');
    expect(severityOf(store, { value: 'abnormal', worse: true })).toBe('major');
    const look = item({
      type: 'choice',
      severity: 'minor',
      options: [
        { zh: '清', severity: null },
        { zh: '黑', severity: 'major' },
      ],
    });
    expect(severityOf(look, { value: '黑' })).toBe('major');
    expect(lookOf(look, { value: '清' })).toBe('normal');
  });
});

describe('what is missing before a report can be sent', () => {
  const items = [
    item({ code: 'S1', type: 'scan' }),
    item({ code: 'P1', type: 'photo', photo: 'always' }),
    item({ code: 'A1', photo: 'on_abnormal' }),
    item({ code: 'A2' }),
    item({ code: 'N1', type: 'num', limit }),
    item({ code: 'O1', type: 'ok_na', photo: 'always' }),
  ];

  test('everything, in the order and by the numbers of the cards; the scan is none of them', () => {
    expect(gaps(items, {}, {})).toEqual([
      { code: 'P1', number: 1, what: 'photo' },
      { code: 'A1', number: 2, what: 'answer' },
      { code: 'A2', number: 3, what: 'answer' },
      { code: 'N1', number: 4, what: 'answer' },
      { code: 'O1', number: 5, what: 'answer' },
    ]);
  });

  test('an abnormal answer wants a word and its photo; what does not apply wants neither', () => {
    const answers = {
      A1: { value: 'abnormal' },
      A2: { value: 'ok' },
      N1: { value: 12 },
      O1: { value: 'na' },
    };
    expect(gaps(items, answers, { P1: ['x'] }).map(({ code, what }) => [code, what])).toEqual([
      ['A1', 'note'],
      ['N1', 'note'],
    ]);
    const told = { ...answers, A1: { value: 'abnormal', note: '裂了' }, N1: { value: 12, note: '碱加多了' } };
    expect(gaps(items, told, { P1: ['x'] }).map(({ code, what }) => [code, what])).toEqual([['A1', 'photo']]);
    expect(gaps(items, told, { P1: ['x'], A1: ['y'] })).toEqual([]);
  });
});
