import type { Tx } from '../../core/database';

/** One line for each row behind a deduction, by what kind of row it is; ids are bound. */
const LINES: Readonly<Record<string, string>> = {
  task: `SELECT t.id, CONCAT(t.task_date, ' ', p.code, ' ', p.name, '：', CASE t.state WHEN 'missed' THEN '漏检' WHEN 'late' THEN '补报' ELSE '已完成' END) AS text
    FROM task t JOIN point p ON p.id = t.point_id WHERE t.id IN (?)`,
  finding: `SELECT f.id, CONCAT(p.code, ' ', f.item_zh, '：', DATE(f.opened_at + INTERVAL 8 HOUR), ' 发现，期限 ', DATE(f.due_at + INTERVAL 8 HOUR),
      CASE f.state WHEN 'closed' THEN '，已关闭' WHEN 'submitted' THEN '，待核验' ELSE '，未整改' END) AS text
    FROM finding f JOIN point p ON p.id = f.point_id WHERE f.id IN (?)`,
  petition:
    "SELECT p.id, CONCAT(p.received_on, ' 信访：', LEFT(p.content, 80)) AS text FROM petition p WHERE p.id IN (?)",
  penalty:
    "SELECT n.id, CONCAT(n.decided_on, ' ', n.document_no, '：', LEFT(n.content, 80)) AS text FROM penalty n WHERE n.id IN (?)",
  incident:
    "SELECT i.id, CONCAT(DATE(i.happened_at + INTERVAL 8 HOUR), ' 事件：', LEFT(i.content, 80)) AS text FROM incident i WHERE i.id IN (?)",
  fact: "SELECT h.id, CONCAT(DATE(h.occurred_at + INTERVAL 8 HOUR), ' ', h.note) AS text FROM health_fact h WHERE h.id IN (?)",
};

interface Row {
  type: string;
  ids: readonly number[];
}

/** The rows as people read them, by 'type:id'; rows of an unknown kind have no text. */
export async function reasonTexts(tx: Tx, rows: readonly Row[]): Promise<Map<string, string>> {
  const texts = new Map<string, string>();
  for (const [type, sql] of Object.entries(LINES)) {
    const ids = [...new Set(rows.filter((row) => row.type === type).flatMap((row) => row.ids))];
    if (ids.length === 0) continue;
    for (const { id, text } of await tx.query<{ id: number; text: string }>(sql, [ids])) {
      texts.set(`${type}:${id}`, text);
    }
  }
  return texts;
}
