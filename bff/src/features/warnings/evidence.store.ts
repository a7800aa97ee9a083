import type { Tx } from '../../core/database';

export interface EvidenceRow {
  id: number;
  text: string;
}

/** One line for each row behind a warning, by what kind of row it is; ids are bound. */
const LINES: Readonly<Record<string, string>> = {
  task: `SELECT t.id, CONCAT(t.task_date, ' ', p.code, ' ', p.name, '：',
      CASE t.state WHEN 'missed' THEN '漏检' WHEN 'excused' THEN '已免检' WHEN 'late' THEN '补报' WHEN 'done' THEN '已完成' ELSE '未完成' END) AS text
    FROM task t JOIN point p ON p.id = t.point_id WHERE t.id IN (?) ORDER BY t.task_date DESC, t.id DESC`,
  finding: `SELECT f.id, CONCAT(p.code, ' ', f.item_zh, '：', DATE(f.opened_at + INTERVAL 8 HOUR), ' 发现，期限 ', DATE(f.due_at + INTERVAL 8 HOUR),
      CASE f.state WHEN 'closed' THEN '，已关闭' WHEN 'submitted' THEN '，待核验' ELSE '，未整改' END) AS text
    FROM finding f JOIN point p ON p.id = f.point_id WHERE f.id IN (?) ORDER BY f.due_at, f.id`,
  report: `SELECT r.id, CONCAT(DATE(r.received_at + INTERVAL 8 HOUR), ' ', p.code, ' ', p.name, '：可信度 ', r.trust_score, ' 分') AS text
    FROM report r JOIN point p ON p.id = r.point_id WHERE r.id IN (?) ORDER BY r.id DESC`,
  notification: `SELECT n.id, CONCAT(n.business_date, ' ', COALESCE(n.platform_message, '没有送到')) AS text
    FROM notification n WHERE n.id IN (?) ORDER BY n.id DESC`,
  enterprise: 'SELECT e.id, e.name AS text FROM enterprise e WHERE e.id IN (?) ORDER BY e.id',
};

/** The rows behind a warning as people read them. */
export async function evidenceLines(tx: Tx, type: string, ids: readonly number[]): Promise<EvidenceRow[]> {
  const sql = LINES[type];
  return sql === undefined || ids.length === 0 ? [] : tx.query<EvidenceRow>(sql, [[...ids]]);
}
