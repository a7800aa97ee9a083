import type { Clock } from '../../core/clock';
import type { EventHandler } from '../../core/events';
import { readChange } from './code.present';
import { enterpriseById } from './code.store';
import { queueChange } from './delivery.store';

/** A colour has changed: every partner that wants to be is told, without the score. */
export function webhookHandlers(clock: Clock): EventHandler[] {
  return [
    {
      type: 'code.changed',
      handle: async (tx, event) => {
        const enterprise = await enterpriseById(tx, event.enterpriseId ?? 0);
        if (enterprise === undefined) return;
        const { from = null, to, version = null } = readChange(event.payload);
        const body = JSON.stringify({
          type: 'code.changed',
          timestamp: event.at.toISOString(),
          data: {
            uscc: enterprise.uscc,
            name: enterprise.name,
            from,
            colour: to,
            since: event.at.toISOString(),
            version,
          },
        });
        await queueChange(tx, { eventId: event.id, enterpriseId: enterprise.id, body, now: clock.now() });
      },
    },
  ];
}
