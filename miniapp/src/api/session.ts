import { device } from '../device/platform';
import { createStore } from '../components/store';
import { ApiProblem, read } from './problem';
import type { Me, SessionAnswer, SignedIn } from './types';

/** Who is signed in on this phone. The browser's token is a cookie that no script sees. */
interface Session {
  token?: string;
  expiresAt?: number;
  person: Me;
}

/** unknown: not read yet; expired: the person is known, the session is over. */
export interface SessionState {
  phase: 'unknown' | 'out' | 'in' | 'expired';
  person?: Me;
}

export const sessionStore = createStore<SessionState>({ phase: 'unknown' });

const KEY = 'session';
/** A token is renewed a little before it ends. */
const MARGIN_MS = 60_000;
let session: Session | undefined;

/** Reads the session of the last time. */
export async function loadSession(): Promise<void> {
  session = await device.store.get<Session>(KEY);
  sessionStore.set(session === undefined ? { phase: 'out' } : { phase: 'in', person: session.person });
}

/**
 * The token for a call, renewed when it is about to end. Throws what keeps it from being renewed once it has ended; one
 * whose renewal was refused goes along all the same, and the server's answer to it ends the session.
 */
export async function accessToken(): Promise<string | undefined> {
  const left = session?.expiresAt === undefined ? Infinity : session.expiresAt - Date.now();
  if (left < MARGIN_MS) {
    try {
      await renewSession();
    } catch (error) {
      if (left <= 0) throw error;
    }
  }
  return session?.token;
}

export function currentPerson(): Me | undefined {
  return session?.person;
}

/** Keeps a new session: the person who signed in, and the token where it is not a cookie. */
export async function beginSession(person: Me, signedIn?: Pick<SignedIn, 'accessToken' | 'expiresInS'>): Promise<void> {
  session = {
    person,
    ...(signedIn === undefined
      ? {}
      : { token: signedIn.accessToken, expiresAt: Date.now() + signedIn.expiresInS * 1000 }),
  };
  await device.store.set(KEY, session);
  sessionStore.set({ phase: 'in', person });
}

/** What the server knows of the person now. */
export async function keepPerson(person: Me): Promise<void> {
  if (session === undefined) return;
  session = { ...session, person };
  await device.store.set(KEY, session);
  sessionStore.set({ phase: 'in', person });
}

/** The session is over; the person stays known, so that what waits in the outbox keeps its owner. */
export function endSession(): void {
  if (session !== undefined) sessionStore.set({ phase: 'expired', person: session.person });
}

/** Forgets the person on this phone. */
export async function forgetSession(): Promise<void> {
  session = undefined;
  await device.store.remove(KEY);
  sessionStore.set({ phase: 'out' });
}

let renewing: Promise<boolean> | undefined;

/**
 * Signs in again by the chat app, without a question; false when this person's session is definitely over: the account
 * is not his any more or he may not come in. Throws NetworkError or ApiProblem when it may work later.
 */
export function renewSession(): Promise<boolean> {
  renewing ??= renew().finally(() => {
    renewing = undefined;
  });
  return renewing;
}

/** All that says no to the person. Anything else is a busy platform, a stale login code, a line that broke. */
const REFUSED = new Set(['SESSION.PERSON_DISABLED', 'SESSION.NO_ROLE', 'SESSION.ACCOUNT_BLOCKED']);

const UNAVAILABLE = 503;

async function renew(): Promise<boolean> {
  let answer: SessionAnswer | undefined;
  try {
    answer = await signInByChat();
  } catch (error) {
    if (!(error instanceof ApiProblem)) throw error;
    if (REFUSED.has(error.code)) return false;
    // About the login alone: a report that waits for it has been judged by nobody.
    throw new ApiProblem(UNAVAILABLE, error.code, error.message, error.requestId, error.details);
  }
  if (answer?.outcome !== 'signed_in' || session === undefined) return false;
  // Somebody else's chat account must not go on with this person's work.
  if (answer.person.id !== session.person.id) return false;
  session = { ...session, token: answer.accessToken, expiresAt: Date.now() + answer.expiresInS * 1000 };
  // On a full phone the token lasts until the app ends: sending is what makes room again.
  await device.store.set(KEY, session).catch(() => undefined);
  return true;
}

/** Asks the bff who holds the chat app's account; undefined in a browser. Throws NetworkError or ApiProblem. */
export async function signInByChat(): Promise<SessionAnswer | undefined> {
  const code = await device.loginCode();
  if (code === undefined) return undefined;
  const path = device.kind === 'dd' ? '/api/session/work-chat' : '/api/session/wechat';
  const { status, body } = await device.request({ method: 'POST', path, body: { code } });
  return read<SessionAnswer>(status, body);
}
