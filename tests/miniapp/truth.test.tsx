/** @jest-environment jsdom */
import { act, render, screen } from '@testing-library/react';
import { api } from '../../miniapp/src/api/client';
import { ApiProblem, SignedOut } from '../../miniapp/src/api/http';
import { sessionStore } from '../../miniapp/src/api/session';
import type { DayList, Me, Receipt, TaskRow } from '../../miniapp/src/api/types';
import { saidBy } from '../../miniapp/src/components/said';
import { NetworkError } from '../../miniapp/src/device/device';
import { device } from '../../miniapp/src/device/platform';
import { toActOn, today, troubleOf, week } from '../../miniapp/src/offline/day';
import { heldOf, withReceipts } from '../../miniapp/src/offline/held';
import { outbox, sent, type Outgoing, type Sent } from '../../miniapp/src/offline/outbox';
import { photos, type KeptPhoto } from '../../miniapp/src/offline/photos';
import { syncStore } from '../../miniapp/src/offline/sync';
import { lastWords } from '../../miniapp/src/pages/officer/today/list';
import { Today } from '../../miniapp/src/pages/officer/today/today';
import { TroubleCard, TroubleNote } from '../../miniapp/src/pages/officer/today/trouble';
import type { FakePhone } from './builders/fake-phone';

const phone = device as FakePhone;
const AT = '2026-11-23T01:00:00.000Z';
const LATER = '2026-11-23T02:00:00.000Z';

const task = (id: string, state: TaskRow['state'] = 'open'): TaskRow =>
  ({
    id,
    date: '2026-11-23',
    state,
    why: '',
    dueAt: '2999-11-23T12:00:00.000Z',
    graceUntil: '2999-11-24T02:00:00.000Z',
    closedAt: null,
    reportId: null,
    point: { id, code: `EV-${id}`, name: '雨水阀', place: '南门', type: 'EV' },
    enterprise: { id: '1', name: '锦澜' },
    last: null,
  }) as unknown as TaskRow;
const day = (...tasks: TaskRow[]): DayList =>
  ({ at: AT, date: '2026-11-23', counts: {}, tasks, overdue: [] }) as unknown as DayList;
const outgoing = (taskId: string, extra: Partial<Outgoing> = {}): Outgoing =>
  ({
    report: { taskId, clientUuid: `u${taskId}`, filledAt: AT, photos: [] },
    draft: { point: {} },
    queuedAt: AT,
    ...extra,
  }) as unknown as Outgoing;
const receipt = (taskId: string, receivedAt = LATER, hashes: string[] = []): Sent =>
  ({
    receipt: {
      taskId,
      clientUuid: `u${taskId}`,
      reportId: `r${taskId}`,
      receivedAt,
      taskState: 'done',
      photos: hashes.map((sha256) => ({ sha256, state: 'waiting' })),
    } as unknown as Receipt,
    draft: {},
    at: receivedAt,
  }) as unknown as Sent;
const photo = (sha256: string, extra: Partial<KeptPhoto> = {}): [string, KeptPhoto] => [
  sha256,
  { sha256, uploaded: false, ...extra } as KeptPhoto,
];

describe('what has been delivered', () => {
  test('is done on a list that is older than its receipt, and open again only when a younger list says so', () => {
    const seen = withReceipts(day(task('1'), task('2'), task('3', 'late')), [receipt('1'), receipt('3')]);
    expect(seen.tasks.map(({ state }) => state)).toEqual(['done', 'open', 'late']);
    expect(seen.tasks[0]).toMatchObject({ reportId: 'r1', closedAt: LATER });
    const younger = { ...day(task('1')), at: '2026-11-23T02:00:01.000Z' };
    expect(withReceipts(younger, [receipt('1')]).tasks[0]?.state).toBe('open');
  });

  test('is counted once: reports that go by themselves, reports for the officer, photos behind their report', () => {
    const refusal = { code: 'X', message: '', requestId: '' };
    const all = [outgoing('1'), outgoing('2', { refusal }), outgoing('3')];
    const kept = new Map([photo('a'), photo('b', { uploaded: true }), photo('c', { leaving: true }), photo('form')]);
    expect(heldOf(all, [receipt('9', LATER, ['a', 'b'])], kept)).toEqual({ waiting: 2, stuck: 1, photos: 2 });
  });
});

describe('Today', () => {
  beforeEach(() => syncStore.set({ busy: false }));

  const render_ = async (given: { list: DayList; out?: Outgoing[]; receipts?: Sent[]; ahead?: number }) => {
    sessionStore.set({ phase: 'in', person: { name: '陆', roles: ['officer'], scopes: [] } as unknown as Me });
    today.store.set({ value: given.list, at: AT, loading: false });
    const points = Array.from({ length: given.ahead ?? 0 }, (_, index) => ({ id: String(index) }));
    week.store.set(
      given.ahead === undefined
        ? { loading: false, trouble: 'offline' }
        : ({ value: { days: [{ date: '2026-11-24', points }] }, at: AT, loading: false } as never),
    );
    outbox.store.set(new Map((given.out ?? []).map((each) => [each.report.clientUuid, each])));
    sent.store.set(new Map((given.receipts ?? []).map((each) => [each.receipt.clientUuid, each])));
    await act(async () => void render(<Today onTab={() => undefined} />));
  };

  test('does not show again as 待检 what was delivered after the list was fetched', async () => {
    await render_({ list: day(task('1')), receipts: [receipt('1')], ahead: 2 });
    expect(screen.queryByText('待检')).toBeNull();
    expect(screen.getByText('已完成')).toBeTruthy();
    expect(screen.getByText('1 处都已送达。明天 2 处。')).toBeTruthy();
  });

  test('does not say that all has arrived while something waits', async () => {
    await render_({ list: day(task('1', 'done'), task('2')), out: [outgoing('2')], ahead: 0 });
    expect(screen.getByText('1 处已送达。明天没有任务。')).toBeTruthy();
    expect(screen.getByText('1 份待发送')).toBeTruthy();
    expect(document.body.textContent).not.toContain('都已送达');
  });

  test('says both what waits and what needs the officer', async () => {
    const conflict = { by: '沈丽', at: AT, reportId: '9' };
    await render_({ list: day(task('1'), task('2')), out: [outgoing('1'), outgoing('2', { conflict })] });
    expect(screen.getByText('1 份要处理，1 份待发送')).toBeTruthy();
  });

  test('gives no number for days that it could not fetch', async () => {
    await render_({ list: day(task('1', 'done')) });
    expect(screen.getByText('明日')).toBeTruthy();
    expect(screen.getByText('本周')).toBeTruthy();
    expect(screen.getByText('1 处都已送达。')).toBeTruthy();
  });

  test.each([
    ['offline', '有信号后自动发送'],
    ['silent', '服务器有回应后自动发送'],
    ['server', '服务器恢复后自动发送'],
    ['expired', '重新登录后自动发送'],
  ] as const)('tells what a report that waits is waiting for: %s', async (trouble, how) => {
    syncStore.set({ busy: false, trouble });
    await render_({ list: day(task('1')), out: [outgoing('1')] });
    expect(screen.getByText(how)).toBeTruthy();
  });
});

test.each([
  [{ date: '2026-11-22', state: 'open', abnormal: null }, '还没有查'],
  [{ date: '2026-11-22', state: 'missed', abnormal: null }, '漏检'],
  [{ date: '2026-11-22', state: 'excused', abnormal: null }, '免检'],
  [{ date: '2026-11-22', state: 'done', abnormal: null }, '已完成'],
  [{ date: '2026-11-22', state: 'done', abnormal: 0 }, '全部正常'],
  [{ date: '2026-11-22', state: 'late', abnormal: 2 }, '异常 2 项'],
] as const)('the last time says only what a report has found: %j', (last, said) => {
  expect(lastWords(last)).toBe(said);
});

describe('what went wrong', () => {
  const problem = (status: number, message: string, code = 'X.Y') => new ApiProblem(status, code, message, 'r', {});

  test.each([
    [problem(404, '没有找到这条记录。'), 'refused', '没有找到这条记录。'],
    [problem(404, ''), 'refused', '服务器没有给出这些内容。'],
    [problem(404, '', ''), 'server', '服务器暂时有问题。'],
    [problem(500, ''), 'server', '服务器暂时有问题。'],
    [new NetworkError('cut', true), 'offline', '现在没有信号。'],
    [new NetworkError('timeout', false), 'silent', '服务器没有回应。'],
    [new SignedOut(), 'expired', '登录过期了。'],
  ])('is told as what it is: %s', (error, trouble, said) => {
    expect(troubleOf(error)).toBe(trouble);
    expect(saidBy(error)).toBe(said);
  });

  test('a fault of the app itself is not put on the server', () => {
    expect(saidBy(new TypeError('x'))).toBe('出了点问题，没有影响您填过的内容。');
  });

  test('a page that the server refuses shows its sentence, not that it was silent', () => {
    const card = { title: '这份上报没有取到', how: '它的内容没有变。', onAgain: () => undefined };
    render(<TroubleCard trouble="refused" said="没有找到这条记录。" {...card} />);
    expect(document.body.textContent).toContain('没有找到这条记录。');
    expect(document.body.textContent).not.toContain('没有回应');
  });

  test('officials are not told to go on scanning, officers are told what their reports wait for', () => {
    sessionStore.set({ phase: 'in', person: { roles: ['township'] } as unknown as Me });
    const official = render(<TroubleNote trouble="offline" at="09:00" />);
    expect(document.body.textContent).not.toContain('扫码');
    official.unmount();
    sessionStore.set({ phase: 'in', person: { roles: ['officer'] } as unknown as Me });
    render(<TroubleNote trouble="server" at="09:00" />);
    expect(document.body.textContent).toContain('可以照常扫码、填写、拍照，服务器恢复后自动发送。');
  });
});

test('a list is counted whole, not by its first page, and the tab counts what the list counts', async () => {
  const rows = Array.from({ length: 450 }, (_, id) => ({ id: String(id), state: id < 51 ? 'open' : 'snoozed' }));
  phone.answer = (_method, path) => {
    const from = Number(/cursor=(\d+)/.exec(path)?.[1] ?? 0);
    const size = Number(/limit=(\d+)/.exec(path)?.[1] ?? 50);
    const next = from + size < rows.length ? String(from + size) : null;
    return { status: 200, body: { rows: rows.slice(from, from + size), next } };
  };
  const all = await api.warnings();
  expect(all.rows).toHaveLength(450);
  expect(toActOn(all.rows)).toBe(51);
  expect((await api.findings('open')).rows).toHaveLength(450);
  photos.store.set(new Map());
});
