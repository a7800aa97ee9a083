import { LRUCache } from 'lru-cache';
import type { Sessions } from '../../core/authenticate';
import type { Share, Tx } from '../../core/database';

/** Another instance hears of an ended session within this time. */
const TTL_MS = 10_000;
const MOST = 50_000;

export interface EndedSessions extends Sessions {
  /** Ends a session for as long as its token could be prolonged; here at once, on other instances within ten seconds. */
  end(tx: Tx, sid: string, until: Date): Promise<void>;
  /** Forgets those whose tokens are over in any case, and guesses of long ago. */
  forgetOld(tx: Tx, now: Date): Promise<number>;
}

export function createEndedSessions(db: Share): EndedSessions {
  const known = new LRUCache<string, { ended: boolean }>({
    max: MOST,
    ttl: TTL_MS,
    fetchMethod: async (sid) => {
      const rows = await db.read.query('SELECT 1 FROM ended_session WHERE sid = ?', [sid]);
      return { ended: rows.length > 0 };
    },
  });
  return {
    isEnded: async (sid) => (await known.fetch(sid))?.ended ?? false,
    async end(tx, sid, until) {
      await tx.execute('INSERT IGNORE INTO ended_session (sid, until) VALUES (?, ?)', [sid, until]);
      known.set(sid, { ended: true });
    },
    async forgetOld(tx, now) {
      const sessions = await tx.execute('DELETE FROM ended_session WHERE until < ?', [now]);
      const guesses = await tx.execute('DELETE FROM sign_in_guess WHERE until < ?', [now]);
      return sessions.affectedRows + guesses.affectedRows;
    },
  };
}
