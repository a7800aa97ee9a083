import type { Tx } from '../../core/database';
import { GatewayError } from '../../gateways/gateway-error';
import type { ObjectStore } from '../../gateways/object-store';
import { inboxKey, objectKey, statesOf } from './photo.store';

const TICKET_MS = 15 * 60_000;

interface Ticket {
  sha256: string;
  alreadyStored: boolean;
  url: string | null;
  fields: Record<string, string> | null;
  expiresAt: string | null;
}

interface Tickets {
  tickets: Ticket[];
  /** Photos that had not arrived or not been in order: a new try is under way. */
  refused: string[];
}

/**
 * Forms with which the phone may post its photos, one object each; none for a photo that has been checked already. The
 * store itself is not asked: tickets are given out while it is away.
 */
export async function uploadTickets(
  read: Tx,
  store: ObjectStore,
  enterpriseId: number,
  photos: readonly { sha256: string; bytes: number; contentType: string }[],
  now: Date,
): Promise<Tickets> {
  const hashes = photos.map(({ sha256 }) => sha256);
  const { verified, refused } = await statesOf(read, enterpriseId, hashes);
  const expiresAt = new Date(now.getTime() + TICKET_MS);
  return {
    refused: [...refused],
    tickets: photos.map(({ sha256, bytes, contentType }) => {
      if (verified.has(sha256)) return { sha256, alreadyStored: true, url: null, fields: null, expiresAt: null };
      const ticket = store.postTicket({ key: inboxKey(enterpriseId, sha256), contentType, bytes, expiresAt });
      return { sha256, alreadyStored: false, ...ticket, expiresAt: expiresAt.toISOString() };
    }),
  };
}

/**
 * Photos that have not arrived, of those that a step shows. A store that does not say holds up nobody: they count as
 * arrived, and the check says later what they are. Asked outside any transaction.
 */
export async function missingPhotos(
  read: Tx,
  store: ObjectStore,
  enterpriseId: number,
  hashes: readonly string[],
): Promise<string[]> {
  if (hashes.length === 0) return [];
  const { verified } = await statesOf(read, enterpriseId, hashes);
  const there = async (sha256: string) =>
    (await store.has(inboxKey(enterpriseId, sha256))) || (await store.has(objectKey(enterpriseId, sha256)));
  const unknown = [...new Set(hashes)].filter((hash) => !verified.has(hash));
  try {
    const found = await Promise.all(unknown.map(there));
    return unknown.filter((_, index) => !found[index]);
  } catch (error) {
    if (error instanceof GatewayError) return [];
    throw error;
  }
}
