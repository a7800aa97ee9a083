import type { EventHandler } from '../../core/events';
import { tell } from '../notifications';
import type { RecordType } from './record.rules';
import { handlersOf } from './record.store';

/** 信访、事件: what waits for enforcement after an import. A penalty waits for nobody. */
const WORDS: Partial<Record<RecordType, string>> = { petition: '信访', incident: '环境事件' };

/** A file is told once to each who has something of it to look into; what is entered by hand is told one by one. */
export function recordHandlers(): EventHandler[] {
  return [
    {
      type: 'dossier.imported',
      handle: async (tx, { payload, at }) => {
        const { kind, importId } = payload as { kind: RecordType; importId: number };
        const what = WORDS[kind];
        if (what === undefined) return;
        const people = await handlersOf(tx, kind as 'petition' | 'incident', importId);
        await tell(
          tx,
          'records.imported',
          people.map(({ personId, n }) => ({ persons: [personId], subject: importId, values: { what, n } })),
          at,
        );
      },
    },
  ];
}
