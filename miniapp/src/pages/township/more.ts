import { useState } from 'react';
import { toast } from '../../components/go';
import { saidBy } from '../../components/said';

interface Page<T> {
  rows: readonly T[];
  next: string | null;
}

/** A list whose first page is there, with the pages that were asked for after it; a new first page begins again. */
export function useMore<T>(first: Page<T> | undefined, fetch: (cursor: string) => Promise<Page<T>>) {
  const [beyond, setBeyond] = useState<Page<T> & { after: Page<T> }>();
  const further = beyond !== undefined && beyond.after === first ? beyond : undefined;
  const next = (further ?? first)?.next ?? null;
  const more = async () => {
    if (first === undefined || next === null) return;
    try {
      const page = await fetch(next);
      setBeyond({ after: first, rows: [...(further?.rows ?? []), ...page.rows], next: page.next });
    } catch (error) {
      toast(saidBy(error));
    }
  };
  return { rows: [...(first?.rows ?? []), ...(further?.rows ?? [])], beyond: next !== null, more };
}
