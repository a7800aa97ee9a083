/** @jest-environment jsdom */
import { fireEvent, render, screen } from '@testing-library/react';
import type { FillItem } from '../../miniapp/src/offline/checks';
import { FindingPicture } from '../../miniapp/src/components/finding';
import { basisOf } from '../../miniapp/src/pages/officer/checklist/basis';
import { ItemCard } from '../../miniapp/src/pages/officer/checklist/item-card';
import { TroubleCard } from '../../miniapp/src/pages/officer/today/trouble';
import { words } from '../../miniapp/src/words';

const item = (given: Partial<FillItem>): FillItem => ({
  code: 'HW04',
  zh: '地面无裂缝',
  en: 'floor',
  type: 'ok',
  photo: 'on_abnormal',
  severity: 'general',
  basis: 'GB 18597',
  basisTag: 'S',
  limit: null,
  last: null,
  ...given,
});

function card(given: Partial<FillItem>, answer?: Parameters<typeof ItemCard>[0]['answer']) {
  const told: [string, object][] = [];
  const shot: string[] = [];
  const view = render(
    <ItemCard
      item={item(given)}
      number={4}
      answer={answer}
      photos={undefined}
      lastAt="2026-11-18T02:00:00.000Z"
      open={false}
      onAnswer={(code, change) => told.push([code, change])}
      onShoot={(code) => shot.push(code)}
      onLook={() => undefined}
      onToggle={() => undefined}
    />,
  );
  return { told, shot, view };
}

describe('a card of the checklist', () => {
  test('one tap is enough for normal', () => {
    const { told } = card({});
    fireEvent.click(screen.getByText(words.fill.normal));
    expect(told).toEqual([['HW04', { value: 'ok' }]]);
  });

  test('what is answered and complete folds to one line', () => {
    card({}, { value: 'ok' });
    expect(screen.queryByText(words.fill.abnormal)).toBeNull();
    expect(screen.getByText('地面无裂缝')).toBeTruthy();
  });

  test('abnormal asks what was seen, tells the severity and its rule, and that honesty costs nothing', () => {
    const { told, shot } = card({}, { value: 'abnormal' });
    fireEvent.change(screen.getByPlaceholderText(words.fill.what), { target: { value: '北边裂了' } });
    expect(told).toEqual([['HW04', { note: '北边裂了' }]]);
    expect(screen.getByText('一般（按规则定）')).toBeTruthy();
    expect(screen.getByText(words.fill.honest)).toBeTruthy();
    fireEvent.click(screen.getByText(words.fill.needPhoto(1)));
    expect(shot).toEqual(['HW04']);
  });

  test('a major one says who is told at once', () => {
    card({ question: { zh: '有液体流出吗', en: 'leak', to: 'major' } }, { value: 'abnormal', worse: true });
    expect(screen.getByText('重大（按规则定）')).toBeTruthy();
    expect(screen.getByText(words.fill.majorTold)).toBeTruthy();
  });

  test('a number shows its limits and the last value with its date, and hints at once', () => {
    const limit = { min: null, max: 25, basis: '贮存能力', basisTag: 'K' as const };
    const number = { type: 'num' as const, unit: 't', limit, last: 14.2 };
    const { told, view } = card(number);
    expect(screen.getByText('25 t')).toBeTruthy();
    expect(screen.getByText('14.2 t')).toBeTruthy();
    expect(screen.getByText(words.fill.last('11-18'))).toBeTruthy();
    fireEvent.change(screen.getByPlaceholderText(words.fill.number), { target: { value: '26。5' } });
    expect(told).toEqual([['HW04', { typed: '26。5', value: 26.5 }]]);
    view.unmount();
    card(number, { typed: '21.6', value: 21.6 });
    expect(screen.getByText(words.fill.far('14.2 t'))).toBeTruthy();
    card(number, { typed: '26.5', value: 26.5 });
    expect(screen.getByText(words.fill.over('25 t'))).toBeTruthy();
  });

  test('help tells the source of the rule', () => {
    card({ help: '站在门口看地面和导流沟' });
    fireEvent.click(screen.getByLabelText(`${words.fill.help}：地面无裂缝`));
    expect(screen.getByText('站在门口看地面和导流沟')).toBeTruthy();
    expect(screen.getByText(`${words.fill.basis}：GB 18597`)).toBeTruthy();
  });

  test.each([
    ['S GB 8978; K GB 4287', 'GB 8978；GB 4287（条文待核对）'],
    ['S/K 本企业执行的排放标准', '本企业执行的排放标准'],
    ['K', '行业做法，条文待核对'],
    ['O', '系统设定，没有公开的标准'],
  ])('nothing looks like law before its clause was checked: %s', (basis, told) => {
    expect(basisOf({ limit: null, basis })).toBe(told);
    const limit = { min: null, max: 50, basis: 'GB 8978 一级', basisTag: 'K' as const };
    expect(basisOf({ limit, basis })).toBe('GB 8978 一级（条文待核对）');
  });
});

test('a list that was not fetched says so, and does not look empty', () => {
  let again = 0;
  render(
    <TroubleCard
      trouble="server"
      title={words.today.failed}
      how={words.today.failedHow}
      onAgain={() => (again += 1)}
    />,
  );
  expect(screen.getByText(words.today.failed)).toBeTruthy();
  expect(screen.queryByText(words.today.nothing)).toBeNull();
  fireEvent.click(screen.getByText(words.common.again));
  expect(again).toBe(1);
});

describe('a photo that somebody decides about', () => {
  const shown = (given: Partial<Parameters<typeof FindingPicture>[0]['photo']>) =>
    render(<FindingPicture photo={{ url: null, state: 'waiting', reason: null, ...given }} label="改好后" />).container;

  test('says that it is being checked, and shows nothing until then', () => {
    const view = shown({});
    expect(view.textContent).toContain('照片核验中');
    expect(view.querySelector('.thumb-image')).toBeNull();
  });

  test('is shown with its check once it is in order', () => {
    const view = shown({ state: 'verified', url: 'https://store/p' });
    expect(view.textContent).toContain('改好后 · 已核对');
    expect(view.querySelector('.thumb-image')).not.toBeNull();
  });

  test.each([
    ['missing', 'not_uploaded', '照片有问题：没有传到'],
    ['broken', 'hash_differs', '照片有问题：与提交时不符'],
    ['broken', 'not_a_picture', '照片有问题：打不开'],
  ] as const)('says in plain words what is wrong with it: %s, %s', (state, reason, sentence) => {
    expect(shown({ state, reason }).textContent).toContain(sentence);
  });
});
