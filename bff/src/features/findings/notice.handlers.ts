import { addDays, businessDate, shanghaiInstant } from '../../core/clock';
import type { Tx } from '../../core/database';
import type { EventHandler, StoredEvent } from '../../core/events';
import { renew, tell } from '../notifications';
import { answersText } from './notice.rules';
import { answersFor, latestStep, listenersOf } from './notice.store';

/** Several answers open the list, which is a tab of the first page. */
const LIST = 'pages/officer/today/index';

const pageOf = (findingId: number) => `pages/officer/finding/index?id=${findingId}`;

/** What officials answer reaches the officer: a no at once, each yes in one message a day that grows. */
export function noticeHandlers(): EventHandler[] {
  return [
    { type: 'finding.closed', handle: tellYes },
    { type: 'finding.extension_granted', handle: tellYes },
    { type: 'finding.rejected', handle: (tx, event) => tellNo(tx, event, 'finding.rejected', 'rejected') },
    {
      type: 'finding.extension_refused',
      handle: (tx, event) => tellNo(tx, event, 'finding.not_extended', 'extension_refused'),
    },
  ];
}

async function tellNo(
  tx: Tx,
  { id, subject, at }: StoredEvent,
  kind: 'finding.rejected' | 'finding.not_extended',
  step: 'rejected' | 'extension_refused',
): Promise<void> {
  const findingId = Number(subject.id);
  const said = await latestStep(tx, findingId, step);
  if (said === undefined) return;
  const persons = await listenersOf(tx, findingId, businessDate(at));
  await tell(tx, kind, { persons, subject: `event${id}`, values: { ...said }, page: pageOf(findingId) }, at);
}

async function tellYes(tx: Tx, { subject, at }: StoredEvent): Promise<void> {
  const date = businessDate(at);
  const [from, until] = [shanghaiInstant(date, '00:00'), shanghaiInstant(addDays(date, 1), '00:00')];
  for (const personId of await listenersOf(tx, Number(subject.id), date)) {
    const answers = await answersFor(tx, personId, from, until);
    // A minor one that a report has closed was answered by nobody.
    const [first, ...others] = answers;
    if (first === undefined) continue;
    const page = others.length === 0 ? pageOf(first.finding_id) : LIST;
    await renew(tx, 'finding.answered', { persons: [personId], values: answersText(answers), page }, at);
  }
}
