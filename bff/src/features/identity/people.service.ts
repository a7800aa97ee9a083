import { LRUCache } from 'lru-cache';
import type { People, PersonState } from '../../core/authenticate';
import type { Share } from '../../core/database';
import { personState } from './person.store';

/** A disabled person or a phone bound anew must be shut out within 60 s on every instance; this is half of it. */
const TTL_MS = 30_000;
const MOST = 50_000;

export interface PeopleCache extends People {
  /** Makes this instance look again at once; the others do within the cache's life. */
  forget(personId: number): void;
}

/**
 * Who people are now, for the check of every request. Parallel look-ups of one person share a query. Time is the
 * monotonic one: a clock set back must not lengthen anybody's access.
 */
export function createPeople(db: Share, perf: { now(): number } = performance): PeopleCache {
  const cache = new LRUCache<number, PersonState>({
    max: MOST,
    ttl: TTL_MS,
    ttlResolution: 0,
    perf,
    fetchMethod: (personId) => personState(db.read, personId),
  });
  return {
    async find(personId, epoch) {
      const known = await cache.fetch(personId);
      if (known === undefined || epoch === undefined || known.epoch >= epoch) return known;
      return cache.fetch(personId, { forceRefresh: true });
    },
    forget: (personId) => void cache.delete(personId),
  };
}
