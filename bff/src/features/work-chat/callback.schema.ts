import { z } from 'zod';

const short = z.string().max(100).optional();

/** DingTalk names the signature in two ways, and may add fields of its own. What is missing fails the signature. */
export const callbackQuery = z.object({ signature: short, msg_signature: short, timestamp: short, nonce: short });

export const callbackBody = z.strictObject({
  encrypt: z
    .string()
    .max(60_000)
    .regex(/^[A-Za-z0-9+/]+={0,2}$/),
});

export const callbackAnswer = z.object({
  msg_signature: z.string(),
  timeStamp: z.string(),
  nonce: z.string(),
  encrypt: z.string(),
});

/** What we read of an event; all other events and fields are of no interest. */
export const chatEvent = z.object({
  EventType: z.string(),
  UserId: z.array(z.string()).default([]),
});
