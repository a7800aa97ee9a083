/** What waits for officials, in their words. */
const WAITING = {
  correction: '整改核验',
  suspension: '停产审批',
  extension: '延期申请',
  repair: '信用修复核查',
  dispute: '扣分异议',
  objection: '信用评价异议',
  adjustment: '信用加减分复核',
  petition: '信访调查',
  incident: '环境事件',
} as const;

export interface WaitingCount {
  what: keyof typeof WAITING;
  n: number;
  /** Past their date. */
  late: number;
}

/** The morning's summary: what is past its date first. */
export function waitingText(counts: readonly WaitingCount[]): string {
  const total = counts.reduce((sum, { n }) => sum + n, 0);
  const each = counts.map(({ what, n, late }) => `${WAITING[what]} ${n} 项${late > 0 ? `（${late} 项已过期限）` : ''}`);
  return `有 ${total} 件事等待办理：${each.join('，')}。`;
}
