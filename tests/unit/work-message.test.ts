import { cutToBytes, fitMessage } from '../../bff/src/gateways/message-text';
import { afterResult, isStale, stampOf } from '../../bff/src/features/notifications/work-message.rules';

const size = (value: unknown) => Buffer.byteLength(JSON.stringify(value), 'utf8');

describe('cutting a text', () => {
  it('keeps what fits and cuts between characters', () => {
    expect(cutToBytes('环境', 6)).toBe('环境');
    expect(cutToBytes('环境保护', 9)).toBe('环境…');
    expect(cutToBytes('环境保护', 11)).toBe('环境…');
    expect(cutToBytes('𠮷𠮷𠮷', 8)).toBe('𠮷…');
    expect(cutToBytes('环', 2)).toBe('…');
  });

  it.each([
    ['Chinese', '漏'],
    ['surrogate pairs', '𠮷'],
    ['what JSON writes longer', '"\\\n'],
    ['plain letters', 'a'],
  ])('fits a message of %s into the bytes of its JSON, stamp and title whole', (_what, unit) => {
    const message = { subject: 'u', key: 'k', title: '重大预警', body: unit.repeat(3000), stamp: '编号 7', page: 'p' };
    const msg = fitMessage(message, 2048, (markdown) => ({ msgtype: 'x', markdown })) as { markdown: string };
    expect(size(msg)).toBeLessThanOrEqual(2048);
    expect(size(msg)).toBeGreaterThan(1000);
    expect(msg.markdown).toMatch(/^### 重大预警\n\n/);
    expect(msg.markdown).toMatch(/…\n\n编号 7$/);
    expect(msg.markdown).not.toMatch(/\ufffd/);
  });
});

describe('the step after a result', () => {
  const taken = { asked: 1, acceptedTry: 1, resends: 0 };
  const dropped = (code: number) => ({ state: 'dropped', code }) as const;

  it('is to ask again, ever later, for less than a day', () => {
    const waits: number[] = [];
    for (let asked = 1; ; asked += 1) {
      const step = afterResult({ state: 'unknown' }, { ...taken, asked });
      if (step.do !== 'ask') {
        expect(step).toMatchObject({ do: 'sent', note: expect.stringContaining('never told') });
        break;
      }
      waits.push(step.afterS);
    }
    expect(waits).toEqual([...waits].sort((a, b) => a - b));
    expect(waits.reduce((sum, wait) => sum + wait, 0)).toBeLessThan(86_400);
  });

  it.each([
    ['delivered', { state: 'delivered' } as const, {}, 'sent'],
    ['no such user', { state: 'unreachable' } as const, {}, 'dead'],
    ['the same text of another message', dropped(143106), {}, 'resend'],
    ['the same text of our own earlier attempt', dropped(143106), { acceptedTry: 2 }, 'sent'],
    ['the same text again', dropped(143106), { resends: 1 }, 'dead'],
    ['too many in a minute', dropped(143103), {}, 'resend'],
    ['too many in a minute, five times over', dropped(143104), { resends: 5 }, 'dead'],
    ['his messages of the day', dropped(143105), {}, 'dead'],
    ['forbidden words', dropped(1430002), {}, 'dead'],
  ])('%s', (_what, result, known, step) => {
    expect(afterResult(result, { ...taken, ...known }).do).toBe(step);
  });

  it('gives every message, and every repeat of one, a line of its own', () => {
    const at = new Date('2026-11-23T00:30:00Z');
    expect(stampOf(7, at, 0)).toBe('11-23 08:30 · 编号 7');
    expect(new Set([stampOf(7, at, 0), stampOf(7, at, 1), stampOf(8, at, 0)]).size).toBe(3);
  });

  it('takes the digest for stale in the evening, and the major warning never', () => {
    const evening = new Date('2026-11-23T12:00:00Z');
    expect(isStale('warning.digest', '2026-11-23', new Date(evening.getTime() - 1))).toBe(false);
    expect(isStale('warning.digest', '2026-11-23', evening)).toBe(true);
    expect(isStale('warning.digest', '2026-11-22', new Date('2026-11-23T01:00:00Z'))).toBe(true);
    expect(isStale('warning.major', '2026-11-20', evening)).toBe(false);
  });
});
