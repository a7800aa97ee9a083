import { stopsBetween } from '../../scripts/setup/demo-clock';
import { startDemo, type Demo } from '../builders/demo';

/** The start page of the demo: its clock makes happen what would have happened by then, in order. */

let demo: Demo;
let base: string;

beforeAll(async () => {
  demo = await startDemo({ hour: 6 });
  base = demo.base;
}, 120_000);
afterAll(() => demo.remove(), 60_000);

interface DeskState {
  now: string;
  time: string;
  session: number;
  moving: boolean;
  revoked: string;
  messages: { id: string; title: string; when: string; page: string }[];
  points: { id: number; code: string; state: string; url: string; picture: string }[];
  hint: { do: string; id?: string | number };
}

const state = async () => (await (await fetch(`${base}/desk/state`)).json()) as DeskState;
const post = (url: string, body: object, headers: Record<string, string> = {}) =>
  fetch(base + url, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: JSON.stringify(body),
  });

/** Moves the clock and waits until it has arrived. */
async function move(to: 'hour' | 'evening' | 'morning') {
  const { session } = await state();
  expect((await post('/desk/clock', { to })).status).toBe(202);
  for (;;) {
    const now = await state();
    if (now.session > session && !now.moving) return now;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}

const due = (now: DeskState) => now.points.filter((point) => point.state === 'todo').map((point) => point.code);
const leftOver = (now: DeskState) => now.points.filter((point) => point.state === 'first').map((point) => point.code);

describe('the demo desk', () => {
  it('is the start page, with nothing on it that another site could do', async () => {
    const answer = await fetch(base);
    expect(answer.status).toBe(200);
    expect(answer.headers.get('content-security-policy')).toContain("script-src 'self'");
    const page = await answer.text();
    expect(page).toContain('德清县 20 家企业');
    expect(page).not.toMatch(/<script>|onclick=/);
    const foreign = await fetch(`${base}/desk/clock`, {
      method: 'POST',
      headers: { 'content-type': 'text/plain' },
      body: '{"to":"hour"}',
    });
    expect(foreign.status).toBe(415);
  });

  it('goes through the days: list, reminder, next list, and what was left becomes missed', async () => {
    let now = await move('morning');
    // A day that began before its list was due and one that begins now look alike.
    expect(now.time).toBe('08:00');
    expect(now.messages[0]).toMatchObject({
      title: '今日检查任务',
      when: '今日 08:00',
      page: 'pages/officer/today/index',
    });
    const left = due(now);
    expect(left.length).toBeGreaterThanOrEqual(1);
    expect(now.hint).toEqual({ do: 'message', id: now.messages[0]?.id });
    await post('/desk/opened', { id: now.messages[0]?.id });
    expect((await state()).hint.do).toBe('poster');

    now = await move('evening');
    expect(now.time).toBe('20:00');
    expect(now.messages[0]).toMatchObject({ title: '还有检查没完成', when: '今日 16:00' });

    now = await move('morning');
    expect(now.messages[0]).toMatchObject({ title: '今日检查任务', when: '今日 08:00' });
    expect(now.messages[1]?.when).toBe('昨日 16:00');
    expect(leftOver(now).sort()).toEqual(left.sort());

    await move('hour');
    now = await move('hour');
    expect(now.time).toBe('10:00');
    expect(leftOver(now)).toEqual([]);
    const login = await post('/api/session/web', { username: 'regulator', password: 'demo-2026-deqing' });
    const cookie = login.headers.get('set-cookie')?.split(';')[0] ?? '';
    const missed = await fetch(`${base}/api/tasks?state=missed&limit=100`, { headers: { cookie } });
    const rows = ((await missed.json()) as { rows: { point: { id: string } }[] }).rows.map((row) => row.point.id);
    const ids = now.points.filter((point) => left.includes(point.code)).map((point) => String(point.id));
    expect(rows).toEqual(expect.arrayContaining(ids));
  }, 120_000);

  it('hands the phone a code that signs it in, a door, and a door that was revoked', async () => {
    const { mobile, code } = (await (await post('/desk/sign-in', {})).json()) as { mobile: string; code: string };
    expect(mobile).toMatch(/^190\d{8}$/);
    expect(code).toMatch(/^\d{8}$/);
    const now = await state();
    expect((await fetch(now.points[0]?.url ?? '')).status).toBe(200);
    expect((await fetch(now.revoked)).status).toBe(410);
    const picture = await fetch(base + now.points[0]?.picture);
    expect(picture.headers.get('content-type')).toContain('image/svg+xml');
  });

  it('hands out the specialist’s phone too, under the machine’s other name: two people, two sessions', async () => {
    const answer = await fetch(`${base}/desk/township`, { method: 'POST' });
    const { mobile, code } = (await answer.json()) as { mobile: string; code: string };
    const other = `http://127.0.0.1:${demo.port}`;
    const entered = await fetch(`${other}/api/session/web/code`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', origin: other },
      body: JSON.stringify({ mobile, oneTimeCode: code }),
    });
    expect(await entered.json()).toMatchObject({ outcome: 'signed_in', person: { roles: ['township'] } });
    expect(await (await fetch(base)).text()).toContain('专管员');
  });

  it("takes the phone's signal away and gives it back, and nobody else's", async () => {
    const { mobile } = (await (await post('/desk/sign-in', {})).json()) as { mobile: string };
    const login = await post(`/standin/wechat/login-code?mobile=${mobile}`, {});
    const session = await post('/api/session/wechat', (await login.json()) as object);
    const { accessToken } = (await session.json()) as { accessToken: string };
    const phone = () => fetch(`${base}/api/me`, { headers: { cookie: `session=${accessToken}` } });
    expect((await phone()).status).toBe(200);
    await post('/desk/signal', { on: false });
    await expect(phone()).rejects.toThrow('fetch failed');
    expect((await fetch(`${base}/api/me`)).status).toBe(401);
    await post('/desk/signal', { on: true });
    expect((await phone()).status).toBe(200);
  });

  it('goes on at its own time after a restart, with the messages that came', async () => {
    const before = await state();
    await demo.stop();
    await demo.start();
    const after = await state();
    expect(Date.parse(after.now)).toBeGreaterThanOrEqual(Date.parse(before.now));
    expect(Date.parse(after.now) - Date.parse(before.now)).toBeLessThan(60_000);
    expect(after.messages).toEqual(before.messages);
    expect(after.points.map((point) => point.id).sort()).toEqual(before.points.map((point) => point.id).sort());
  }, 60_000);
});

describe('the way of the clock', () => {
  it('stops at every time of a job and at every hour, in order, and at the end', () => {
    const stops = stopsBetween(new Date('2026-11-23T22:30:00+08:00'), new Date('2026-11-24T01:10:00+08:00'), [
      '00:05',
      '08:00',
    ]);
    expect(stops.map((stop) => stop.toISOString())).toEqual([
      '2026-11-23T15:00:00.000Z',
      '2026-11-23T16:00:00.000Z',
      '2026-11-23T16:05:00.000Z',
      '2026-11-23T17:00:00.000Z',
      '2026-11-23T17:10:00.000Z',
    ]);
    expect(stopsBetween(new Date('2026-11-23T22:30:00+08:00'), new Date('2026-11-23T22:30:00+08:00'), [])).toEqual([]);
  });
});
