import type { Core } from '../../core/feature';
import { cutIds, type ChunkRange, type DailyJob } from '../../core/jobs';
import { tell } from '../notifications';
import { lateCases } from './case.store';
import { enterpriseSpan, proposeByRule, sendToCheck, waitingForOfficials } from './stay.store';

/** Enterprises in one transaction. */
const CHUNK = 5000;

/** 02:40: who is proposed, and whose check on site is due. */
export function stayJob({ events, clock }: Core): DailyJob {
  return {
    name: 'supervision',
    at: '02:40',
    plan: async (tx) => cutIds(...(await enterpriseSpan(tx)), CHUNK),
    runChunk: async (tx, date, { from, to }) => {
      const night = { date, now: clock.now(), from, to };
      const proposed = await proposeByRule(tx, night);
      const quiet = await sendToCheck(tx, night);
      if (proposed + quiet > 0) {
        await events.append(tx, [
          {
            type: 'supervisions.reviewed',
            subject: { type: 'date', id: date },
            actorId: null,
            payload: { date, from, to, proposed, quiet },
          },
        ]);
      }
      return proposed + quiet;
    },
  };
}

const WHOLE: ChunkRange = { from: 0, to: 0 };

const WAITING = {
  regulator: { title: '重点监管待确认', body: (n: number) => `有 ${n} 家企业建议列入重点监管，等您确认。` },
  enforcement: { title: '重点监管待核查', body: (n: number) => `有 ${n} 家重点监管企业等您到现场核查。` },
} as const;

/** 08:35: regulators hear what waits for their decision, enforcement what it has to check, and cases past their day. */
export function stayDigestJob({ clock }: Core): DailyJob {
  return {
    name: 'supervision-digest',
    at: '08:35',
    until: '20:00',
    plan: () => Promise.resolve([WHOLE]),
    runChunk: async (tx, date) => {
      const [waiting, late] = [await waitingForOfficials(tx, date), await lateCases(tx, date)];
      const now = clock.now();
      await tell(
        tx,
        'supervision.waiting',
        waiting.map(({ personId, role, n }) => ({
          persons: [personId],
          subject: role,
          values: { title: WAITING[role].title, body: WAITING[role].body(n) },
        })),
        now,
      );
      await tell(
        tx,
        'case.late',
        late.map(({ personId, n }) => ({ persons: [personId], values: { n } })),
        now,
      );
      return waiting.length + late.length;
    },
  };
}
