import { z } from 'zod';

export const tokenAnswer = z.object({
  url: z.string(),
  /** Seconds until the phone should show the next one. */
  validForS: z.number(),
  /** The QR as a picture. */
  svg: z.string(),
});
