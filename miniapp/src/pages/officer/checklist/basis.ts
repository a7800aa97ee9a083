import type { FillItem } from '../../../offline/checks';
import { words } from '../../../words';

/** Where the limit of an item comes from; a profile of limits names a source of its own. */
export function basisOf({ limit, basis }: Pick<FillItem, 'limit' | 'basis'>): string {
  if (limit === null || limit === undefined || limit.basis === basis) return basisWords(basis);
  return basisWords(`${limit.basisTag} ${limit.basis}`);
}

/**
 * Where a rule comes from, as it may be told: S was read in its source; of K the clause has still to be checked, so that
 * it must not look like law; O is our own value.
 */
function basisWords(basis: string): string {
  return basis
    .split(/;\s*/)
    .map((part) => {
      const [, mark = '', source = ''] = /^(S\/K|[SKO])?(?:\s+|$)(.*)$/.exec(part) ?? [];
      if (mark === 'O') return source === '' ? words.fill.ours : source;
      if (mark !== 'K') return source === '' ? part : source;
      return source === '' ? words.fill.practice : words.fill.unchecked(source);
    })
    .join('；');
}
