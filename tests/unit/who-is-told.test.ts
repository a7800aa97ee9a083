import { KINDS, type Kind } from '../../bff/src/features/notifications/kind.table';
import { ringsAt } from '../../bff/src/features/notifications/quiet.rules';
import { waitingText } from '../../bff/src/features/notifications/waiting.rules';
import { whoIsTold, written } from '../../scripts/who-is-told';

const kinds = Object.entries(KINDS) as [string, Kind][];

describe('the table of who is told', () => {
  it('stands in the document as the code has it', () => {
    expect(written()).toBe(whoIsTold());
  });

  it('has names that fit, and rings nobody’s phone for what is for the app', () => {
    for (const [name, kind] of kinds) {
      expect(name.length).toBeLessThanOrEqual(24);
      expect([name, kind.who.length]).not.toEqual([name, 0]);
      if (kind.channel === 'app') expect([name, kind.quiet]).toEqual([name, 'never']);
      else if (kind.quiet === 'never') expect(['warning.major', 'incident.reported']).toContain(name);
    }
  });

  it('tells officials of everything that is filed with them', () => {
    const filed = [
      'finding.submitted',
      'finding.major_submitted',
      'finding.extension_asked',
      'suspension.filed',
      'health-dispute.filed',
      'health-repair.applied',
      'credit.objected',
      'petition.received',
      'incident.reported',
    ];
    for (const name of filed) {
      const kind = kinds.find(([each]) => each === name)?.[1];
      expect([name, kind?.channel]).not.toEqual([name, 'app']);
      expect(kind?.who.some((who) => ['township', 'enforcement', 'regulator'].includes(who))).toBe(true);
    }
  });
});

describe('a quiet phone', () => {
  const at = (text: string) => new Date(`${text}:00+08:00`);

  it.each([
    ['never', '2026-11-28T03:00', '2026-11-28T03:00'],
    ['night', '2026-11-28T20:59', '2026-11-28T20:59'],
    ['night', '2026-11-28T21:00', '2026-11-29T07:30'],
    ['night', '2026-11-29T07:29', '2026-11-29T07:30'],
    ['off_hours', '2026-11-27T17:30', '2026-11-30T08:30'],
    ['off_hours', '2026-11-27T12:10', '2026-11-27T13:00'],
    ['off_hours', '2026-11-27T10:00', '2026-11-27T10:00'],
  ] as const)('%s at %s rings at %s', (quiet, now, then) => {
    expect(ringsAt(quiet, at(now))).toEqual(at(then));
  });
});

it('sums up what waits, and says what is past its date', () => {
  expect(
    waitingText([
      { what: 'extension', n: 1, late: 1 },
      { what: 'correction', n: 3, late: 0 },
    ]),
  ).toBe('有 4 件事等待办理：延期申请 1 项（1 项已过期限），整改核验 3 项。');
});
