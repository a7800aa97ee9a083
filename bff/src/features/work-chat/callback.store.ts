import type { Tx } from '../../core/database';

/** Keeps that a callback was taken; false when it was taken before. */
export async function takeOnce(tx: Tx, signature: string, now: Date): Promise<boolean> {
  const { affectedRows } = await tx.execute('INSERT IGNORE INTO work_callback (signature, at) VALUES (?, ?)', [
    signature,
    now,
  ]);
  return affectedRows === 1;
}

export async function forgetBefore(tx: Tx, before: Date): Promise<void> {
  await tx.execute('DELETE FROM work_callback WHERE at < ?', [before]);
}
