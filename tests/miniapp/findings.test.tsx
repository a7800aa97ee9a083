/** @jest-environment jsdom */
import { fireEvent, render, screen } from '@testing-library/react';
import { sessionStore } from '../../miniapp/src/api/session';
import type { FindingStory, Me } from '../../miniapp/src/api/types';
import { FindingSummary } from '../../miniapp/src/components/finding';
import type { Report } from '../../miniapp/src/api/types';
import { Contain, Extension } from '../../miniapp/src/pages/officer/finding/index';
import { overviewsOf } from '../../miniapp/src/pages/officer/report/index';
import { words } from '../../miniapp/src/words';
import { dueNext } from '../../miniapp/src/components/time-left';

const HOUR_MS = 3_600_000;
const inHours = (hours: number) => new Date(Date.now() + hours * HOUR_MS).toISOString();

const story = (given: Partial<FindingStory>): FindingStory =>
  ({
    id: '1',
    severity: 'major',
    state: 'open',
    item: { code: 'EP01', zh: '围堰无渗漏' },
    openedAt: inHours(-3.5),
    dueAt: inHours(15 * 24),
    containDueAt: inHours(20.5),
    containedAt: null,
    submittedAt: null,
    verifyBy: null,
    ...given,
  }) as unknown as FindingStory;

describe('the deadline that presses', () => {
  test('of a major finding is its 24 hours, until it is contained', () => {
    const view = render(<FindingSummary story={story({})} />);
    expect(screen.getByText('剩 20 小时控制住')).toBeTruthy();
    expect(view.container.textContent).not.toContain('天');
    view.unmount();
    render(<FindingSummary story={story({ containedAt: inHours(-1) })} />);
    expect(screen.getByText(/^剩 1[45] 天/)).toBeTruthy();
  });

  test('says so when the 24 hours are over', () => {
    const late = dueNext(story({ containDueAt: inHours(-1) }), new Date());
    expect(late).toMatchObject({ text: '控制已超时', over: true, contain: true });
  });

  test('of others is the correction', () => {
    const general = story({ severity: 'general', containDueAt: null, dueAt: inHours(30.5) });
    expect(dueNext(general, new Date())).toMatchObject({ text: '剩 1 天 6 小时', contain: false });
  });
});

describe('a correction that was handed in', () => {
  const submitted = { state: 'submitted', severity: 'general', verifyBy: '2026-11-26T10:00:00.000Z' } as const;

  test('says whose turn it is and until when, and counts down no more', () => {
    sessionStore.set({ phase: 'in', person: { specialist: { name: '沈专管' } } as unknown as Me });
    const view = render(<FindingSummary story={story(submitted)} />);
    expect(screen.getByText('已提交，等沈专管核验')).toBeTruthy();
    expect(screen.getByText('11月26日 18:00 前给您答复')).toBeTruthy();
    expect(view.container.textContent).not.toContain('剩');
  });

  test('of a minor one waits for the next inspection, not for a person', () => {
    const view = render(<FindingSummary story={story({ ...submitted, severity: 'minor', verifyBy: null })} />);
    expect(view.container.textContent).toContain('下一次巡查这一项正常，就自动关闭。');
    expect(view.container.textContent).not.toContain('等');
  });
});

test('a report counts its overview first, as the checklist and the receipt do', () => {
  const report = {
    answers: [{ item: { code: 'HW03' } }],
    photos: [{ itemCode: 'HW02' }, { itemCode: 'HW02' }, { itemCode: 'HW03' }],
  } as unknown as Report;
  expect(overviewsOf(report)).toEqual(['HW02']);
});

test.each([
  ['2026-11-23', ''],
  ['2026-11-24', '明天 '],
  ['2026-11-26', '11月26日 '],
])('a time that is not today says its day: %s', (date, told) => {
  expect(words.today.on(date, '2026-11-23', '2026-11-24')).toBe(told);
});

test('an empty field is answered in words beside it, and nothing is sent', () => {
  const sent: string[] = [];
  const onSend = (_work: unknown, done: string) => Promise.resolve(void sent.push(done));
  render(<Contain story={story({})} onSend={onSend} />);
  fireEvent.click(screen.getByText(words.findings.containSend));
  expect(screen.getByText('请写一句怎么控制住的。')).toBeTruthy();
  render(<Extension story={story({ extension: { state: 'none', to: null } })} onSend={onSend} />);
  fireEvent.click(screen.getByText(words.findings.late));
  fireEvent.click(screen.getByText(words.findings.lateSend));
  expect(screen.getByText('请写一句延期的原因。')).toBeTruthy();
  expect(sent).toEqual([]);
});
