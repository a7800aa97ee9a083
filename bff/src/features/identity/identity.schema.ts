import { z } from 'zod';
import { ROLES } from '../../core/actor';
import { id, uuid } from '../../core/wire';

/** What a platform hands to the client; opaque, never longer than this. */
const platformCode = z
  .string()
  .min(1)
  .max(200)
  .regex(/^[\x21-\x7e]+$/);
const mobile = z.string().regex(/^1\d{10}$/);
const oneTimeCode = z.string().regex(/^\d{8}$/);
const bindingToken = z.string().min(1).max(1000);

export const codeBody = z.strictObject({ code: platformCode });
export const oneTimeBindBody = z.strictObject({ bindingToken, mobile, oneTimeCode });
export const wechatBindBody = z.union([z.strictObject({ bindingToken, phoneCode: platformCode }), oneTimeBindBody]);
export const webLoginBody = z.strictObject({
  username: z.string().trim().min(1).max(40),
  password: z.string().min(1).max(128),
});
/** What is wrong with the new one is told in words, so it is let in here at any length that fits. */
export const passwordBody = z.strictObject({
  oldPassword: z.string().min(1).max(128),
  newPassword: z.string().max(1000),
});
/** An officer whose chat app fails comes in by a browser, with the code that the specialist gave him. */
export const webCodeBody = z.strictObject({ mobile, oneTimeCode });
export const emptyBody = z.strictObject({});
export const personParams = z.strictObject({ id });
export const bindingCodeBody = z.strictObject({ clientUuid: uuid });
export const unbindBody = z.strictObject({ provider: z.enum(['wechat', 'dingtalk', 'zwdd']) });

/** A person as he sees himself. */
export const personAnswer = z.object({
  id,
  name: z.string(),
  mobile: z.string(),
  roles: z.array(z.enum(ROLES)),
  scopes: z.array(
    z.object({
      role: z.enum(ROLES),
      enterprise: z.object({ id, name: z.string() }).nullable(),
      region: z.object({ code: z.string(), name: z.string() }).nullable(),
    }),
  ),
  /** The enterprise of an officer; the first one where he serves several. */
  enterprise: z.object({ id, name: z.string() }).nullable(),
});

/** Who am I, with what an officer needs to see that it is him, and whom to call. */
export const meAnswer = personAnswer.extend({
  enterprise: z.object({ id, name: z.string(), uscc: z.string() }).nullable(),
  /** The township specialist of the officer's enterprise, to be called. */
  specialist: z.object({ name: z.string(), mobile: z.string() }).nullable(),
  /** Active points that this person looks after. */
  points: z.number(),
  /** Names of those who stand in at these points, three at most. */
  deputies: z.array(z.string()),
});

const signedIn = z.object({
  outcome: z.literal('signed_in'),
  accessToken: z.string(),
  /** Seconds. */
  expiresInS: z.number().int(),
  person: personAnswer,
});
export const signedInAnswer = signedIn;
export const sessionAnswer = z.discriminatedUnion('outcome', [
  signedIn,
  z.object({ outcome: z.literal('binding_needed'), bindingToken: z.string() }),
]);
export const webAnswer = z.object({
  outcome: z.literal('signed_in'),
  person: personAnswer,
  /** Came in with a one-time password: nothing is open but to change it. */
  passwordChangeNeeded: z.boolean(),
});
export const doneAnswer = z.object({ done: z.literal(true) });
export const personStateAnswer = z.object({ id, active: z.boolean() });
/** `waitsForSecond`: asked for; another official issues it, within 24 h. */
export const bindingCodeAnswer = z.object({
  code: z.string().nullable(),
  expiresAt: z.iso.datetime().nullable(),
  waitsForSecond: z.boolean(),
});
/** The same of a password, which is good for one sign-in. */
export const givenPasswordAnswer = z.object({
  username: z.string().nullable(),
  password: z.string().nullable(),
  expiresAt: z.iso.datetime().nullable(),
  waitsForSecond: z.boolean(),
});
export const unbindAnswer = z.object({ id, provider: z.string(), bound: z.literal(false) });
