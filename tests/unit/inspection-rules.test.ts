import fc from 'fast-check';
import { createSecretKey } from 'node:crypto';
import { qrToken, readQr } from '../../bff/src/features/inspection/qr.rules';
import { differenceHash, exifInstant, nextLookS } from '../../bff/src/features/inspection/photo.rules';
import { believedTime, stateAfter } from '../../bff/src/features/inspection/time.rules';
import { distanceM, trustScore, type Evidence } from '../../bff/src/features/inspection/trust.rules';

const key = (byte: number) => createSecretKey(Buffer.alloc(32, byte));

describe('a door code', () => {
  const keys = new Map([
    ['new', key(1)],
    ['old', key(2)],
  ]);

  it('is read back from the token and from its URL, also when an older key signed it', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 2 ** 40 }), fc.integer({ min: 1, max: 40_000 }), (pointId, keyVersion) => {
        const token = qrToken(keys, { pointId, keyVersion });
        expect(readQr(keys, token)).toEqual({ pointId, keyVersion });
        expect(readQr(keys, `https://zxc.example.cn/q/${token}?from=wx`)).toEqual({ pointId, keyVersion });
        const older = qrToken(new Map([['old', key(2)]]), { pointId, keyVersion });
        expect(readQr(keys, older)).toEqual({ pointId, keyVersion });
      }),
      { seed: 7 },
    );
  });

  it('is refused when any character was changed, or another key signed it', () => {
    const token = qrToken(keys, { pointId: 4711, keyVersion: 2 });
    for (let at = 0; at < token.length; at += 1) {
      const changed = token.slice(0, at) + (token[at] === 'a' ? 'b' : 'a') + token.slice(at + 1);
      const read = readQr(keys, changed);
      // The last character of the code carries two unused bits: it may differ and still name the same point.
      if (read !== undefined) expect([at, read]).toEqual([token.length - 1, { pointId: 4711, keyVersion: 2 }]);
    }
    expect(readQr(new Map([['new', key(9)]]), token)).toBeUndefined();
    expect(readQr(keys, '')).toBeUndefined();
    expect(readQr(keys, 'https://evil.example/q/')).toBeUndefined();
  });
});

describe('the believed time', () => {
  const base = { taskDate: '2026-11-23', scannedAt: null };
  const at = (text: string) => new Date(`2026-11-${text}+08:00`);

  it('is what the phone says while its clock is right', () => {
    const sent = { filledAt: at('23T18:00:00'), sentAt: at('23T18:01:00'), receivedAt: at('23T18:01:02') };
    expect(believedTime({ ...base, ...sent })).toEqual({ at: sent.filledAt, skewMs: 0, doubt: null });
  });

  it('is moved by the difference of the clocks', () => {
    const slow = believedTime({
      ...base,
      filledAt: at('23T17:00:00'),
      sentAt: at('23T17:10:00'),
      receivedAt: at('23T19:10:00'),
    });
    expect(slow).toEqual({ at: at('23T19:00:00'), skewMs: 7_200_000, doubt: null });
  });

  it('is the time of arrival after 72 hours without signal, and before the day of the task', () => {
    const late = { filledAt: at('23T18:00:00'), sentAt: at('26T18:00:01'), receivedAt: at('26T18:00:01') };
    expect(believedTime({ ...base, ...late })).toMatchObject({ at: late.receivedAt, doubt: 'offline_too_long' });
    const early = { filledAt: at('22T23:59:00'), sentAt: at('23T08:00:00'), receivedAt: at('23T08:00:00') };
    expect(believedTime({ ...base, ...early })).toMatchObject({ at: early.receivedAt, doubt: 'before_task' });
  });

  it('never lies after arrival nor before an online scan, whatever the phone says', () => {
    const minute = fc
      .integer({ min: 0, max: 3000 })
      .map((minutes) => new Date(at('23T00:00:00').getTime() + minutes * 60_000));
    fc.assert(
      fc.property(minute, minute, minute, (filledAt, sentAt, receivedAt) => {
        const scannedAt = new Date(receivedAt.getTime() - 60_000);
        const { at: believed } = believedTime({ taskDate: '2026-11-23', filledAt, sentAt, receivedAt, scannedAt });
        expect(believed.getTime()).toBeLessThanOrEqual(receivedAt.getTime());
        expect(believed.getTime()).toBeGreaterThanOrEqual(scannedAt.getTime());
      }),
      { seed: 7 },
    );
  });

  it('decides between done, late and missed', () => {
    const decide = (text: string) => stateAfter(at(text), at('23T20:00:00'), at('24T10:00:00'));
    expect(['23T20:00:00', '23T20:00:01', '24T09:59:59', '24T10:00:00'].map(decide)).toEqual([
      'done',
      'late',
      'late',
      'missed',
    ]);
  });
});

describe('the trust score', () => {
  const perfect: Evidence = {
    scan: 'ticket',
    distanceM: 10,
    accuracyM: 15,
    fenceM: 80,
    cameraMinutesOff: 3,
    repeatedPhotos: 0,
    clockMinutesOff: 0,
    secondsSpent: 300,
    answers: 12,
    timeDoubted: false,
  };

  it('is 100 without reasons when everything speaks for presence', () => {
    expect(trustScore(perfect)).toEqual({ score: 100, reasons: [] });
  });

  it('names a reason for every point that it takes', () => {
    const worse: [Partial<Evidence>, string][] = [
      [{ scan: 'code' }, 'scan_offline'],
      [{ scan: 'old_code' }, 'scan_revoked'],
      [{ scan: 'none' }, 'scan_missing'],
      [{ accuracyM: null, distanceM: null }, 'position_missing'],
      [{ distanceM: 500 }, 'position_far'],
      [{ accuracyM: 90 }, 'position_vague'],
      [{ cameraMinutesOff: 45 }, 'camera_time'],
      [{ repeatedPhotos: 1 }, 'photo_repeated'],
      [{ clockMinutesOff: 11 }, 'clock_off'],
      [{ timeDoubted: true }, 'time_doubted'],
      [{ secondsSpent: 8 }, 'too_quick'],
    ];
    for (const [changed, code] of worse) {
      const { score, reasons } = trustScore({ ...perfect, ...changed });
      expect(reasons.map((reason) => reason.code)).toEqual([code]);
      expect(score).toBe(100 - (reasons[0]?.points ?? 0));
      expect(score).toBeLessThan(100);
    }
  });

  it('stays between 0 and 100 when everything speaks against it', () => {
    const { score } = trustScore({
      scan: 'none',
      distanceM: 9999,
      accuracyM: 10,
      fenceM: 80,
      cameraMinutesOff: 999,
      repeatedPhotos: 3,
      clockMinutesOff: 99,
      secondsSpent: -5,
      answers: 12,
      timeDoubted: true,
    });
    expect(score).toBe(0);
  });

  it('measures distances on the ground', () => {
    const north = distanceM({ lng: 119.97, lat: 30.54 }, { lng: 119.97, lat: 30.541 });
    expect(north).toBeGreaterThan(110);
    expect(north).toBeLessThan(112);
    expect(distanceM({ lng: 119.97, lat: 30.54 }, { lng: 119.97, lat: 30.54 })).toBe(0);
  });
});

describe('photos', () => {
  it('take the camera clock as Asia/Shanghai, and no nonsense', () => {
    expect(exifInstant('2026:11:23 09:30:00')).toEqual(new Date('2026-11-23T01:30:00Z'));
    expect(exifInstant('2026:13:45 99:99:99')).toBeNull();
    expect(exifInstant(undefined)).toBeNull();
  });

  it('hash to one bit per falling step', () => {
    const falling = Uint8Array.from({ length: 72 }, (_, index) => 255 - (index % 9) * 10);
    expect(differenceHash(falling)).toBe(2n ** 64n - 1n);
    expect(differenceHash(new Uint8Array(72))).toBe(0n);
  });

  it('are looked for in growing steps, then asked for again', () => {
    const waits = [1, 2, 3, 4, 5, 6].map(nextLookS);
    expect(waits.at(-1)).toBeNull();
    const steps = waits.slice(0, -1) as number[];
    expect(steps).toEqual([...steps].sort((a, b) => a - b));
  });
});
