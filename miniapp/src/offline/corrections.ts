import type { StepPhoto } from '../api/types';
import { keptMap } from './keep';
import { releasePhoto } from './photos';
import { uuid } from './uuid';

/** A correction that is being written. It stays on the phone until the server has it. */
export interface Correction {
  /** One wish is one step, however often the button is touched. */
  clientUuid: string;
  note: string;
  photos: StepPhoto[];
  cost: string;
  responsible: string;
}

/** By finding. */
export const corrections = keptMap<Correction>('fix');

export function correctionOf(findingId: string): Correction {
  return corrections.get(findingId) ?? { clientUuid: uuid(), note: '', photos: [], cost: '', responsible: '' };
}

/** The server has it: nothing of it is needed here any more. */
export async function dropCorrection(findingId: string): Promise<void> {
  const { photos } = correctionOf(findingId);
  await corrections.remove(findingId);
  for (const { sha256 } of photos) await releasePhoto(sha256);
}
