import { randomUUID } from 'node:crypto';
import { fromJson, type Tx } from '../../bff/src/core/database';
import type { Item } from '../../bff/src/features/checklists';

/**
 * A complete report of an emergency valve at 09:00 of 2026-11-23: everything in order except what `abnormal` names, each
 * photo that it asks for. The checklists must be seeded.
 */
export async function valveReport(tx: Tx, taskId: number, abnormal: readonly string[] = []): Promise<object> {
  const [list] = await tx.query<{ id: number; items: unknown }>(
    "SELECT id, items FROM checklist WHERE point_type = 'EV'",
  );
  const items = fromJson<Item[]>(list?.items);
  const value = ({ code, type, options, range }: Item) => {
    if (abnormal.includes(code)) return 'abnormal';
    if (type === 'num') return (range !== undefined && 'min' in range ? (range.min ?? 0) : 0) + 1;
    return type === 'choice' ? options?.find((option) => option.severity === null)?.zh : 'ok';
  };
  return {
    clientUuid: randomUUID(),
    taskId: String(taskId),
    checklistId: String(list?.id),
    answers: items
      .filter((item) => item.type !== 'scan' && item.type !== 'photo')
      .map((item) => ({
        code: item.code,
        value: value(item),
        ...(abnormal.includes(item.code) ? { note: '看到了' } : {}),
      })),
    photos: items.map((item) => ({
      itemCode: item.code,
      sha256: item.code.toLowerCase().charCodeAt(2).toString(16).padStart(64, '0'),
      bytes: 1000,
      contentType: 'image/jpeg',
      takenAt: '2026-11-23T08:55:00+08:00',
    })),
    scan: {},
    startedAt: '2026-11-23T08:50:00+08:00',
    filledAt: '2026-11-23T08:58:00+08:00',
    sentAt: '2026-11-23T09:00:00+08:00',
  };
}
