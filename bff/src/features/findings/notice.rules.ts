/** What officers read about their findings. */

const ANSWERED = { verified: '通过', extension_granted: '同意延期' } as const;

interface Answer {
  kind: keyof typeof ANSWERED;
  item_zh: string;
  note: string;
}

/** The good answers of a day in one message: a single one in full, several by number. */
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
  return { title: `今天有 ${answers.length} 项整改答复`, body: `${counted.join('，')}。` };
}

/** Names that a message has room for. */
const SHOWN = 3;

/** The first few names of what a message is about. */
export function namesOf(items: readonly string[]): string {
  const names = [...new Set(items)];
  return names.length <= SHOWN ? names.join('、') : `${names.slice(0, SHOWN).join('、')}等`;
}
