import { startBell } from '../../bff/src/core/bell';

const MINUTE_MS = 60_000;

describe('the bell of the daily jobs', () => {
  let end: () => void = () => undefined;
  let times = 0;
  beforeEach(() => {
    jest.useFakeTimers({ now: new Date('2026-11-23T08:00:30Z') });
    times = 0;
    end = startBell(() => (times += 1));
  });
  afterEach(() => {
    end();
    jest.useRealTimers();
  });

  it('rings at once, and every minute', () => {
    expect(times).toBe(1);
    jest.advanceTimersByTime(3 * MINUTE_MS);
    expect(times).toBe(4);
  });

  it('goes on within two minutes when the system clock is set back by two hours, and then every minute again', () => {
    jest.advanceTimersByTime(2 * MINUTE_MS);
    jest.setSystemTime(Date.now() - 2 * 3_600_000);
    const before = times;
    jest.advanceTimersByTime(2 * MINUTE_MS + 30_000);
    expect(times).toBeGreaterThan(before);
    const since = times;
    jest.advanceTimersByTime(5 * MINUTE_MS);
    expect(times - since).toBe(5);
  });

  it('is not silenced by a clock that is set ahead, and rings no more once it is ended', () => {
    jest.advanceTimersByTime(MINUTE_MS);
    jest.setSystemTime(Date.now() + 2 * 3_600_000);
    const before = times;
    jest.advanceTimersByTime(3 * MINUTE_MS);
    expect(times - before).toBeGreaterThanOrEqual(2);
    end();
    const last = times;
    jest.advanceTimersByTime(10 * MINUTE_MS);
    expect(times).toBe(last);
  });
});
