/** What officers read about their findings. */

const ANSWERED = {
  rejected: '退回',
  verified: '通过',
  extension_granted: '同意延期',
  extension_refused: '不同意延期',
} as const;

interface Answer {
  kind: keyof typeof ANSWERED;
  item_zh: string;
  note: string;
}

/** The answers of a day in one message: a single one in full, several by number and what has to be done again by name. */
export function answersText(answers: readonly Answer[]): { title: string; body: string } {
  const [first] = answers;
  if (answers.length === 1 && first !== undefined) {
    return {
      title: `整改有答复：${ANSWERED[first.kind]}`,
      body: `${first.item_zh}：${ANSWERED[first.kind]}。${first.note}`,
    };
  }
  const kinds = Object.keys(ANSWERED) as (keyof typeof ANSWERED)[];
  const counted = kinds
    .map((kind) => ({ kind, n: answers.filter((each) => each.kind === kind).length }))
    .filter(({ n }) => n > 0)
    .map(({ kind, n }) => `${ANSWERED[kind]} ${n} 项`);
  const again = answers.filter(({ kind }) => kind === 'rejected').map(({ item_zh }) => item_zh);
  return {
    title: `今天有 ${answers.length} 项整改答复`,
    body: `${counted.join('，')}。${again.length === 0 ? '' : `要重新整改：${namesOf(again)}。`}`,
  };
}

/** What has to be corrected by tomorrow. */
export function dueText(items: readonly string[]): { title: string; body: string } {
  return {
    title: `明天有 ${items.length} 项整改到期`,
    body: `${namesOf(items)}。来不及的，请在到期前申请延期并写明原因。`,
  };
}

/** Names that a message has room for. */
const SHOWN = 3;

function namesOf(items: readonly string[]): string {
  const names = [...new Set(items)];
  return names.length <= SHOWN ? names.join('、') : `${names.slice(0, SHOWN).join('、')}等`;
}
