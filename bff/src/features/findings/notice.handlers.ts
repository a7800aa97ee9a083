import { addDays, businessDate, shanghaiInstant } from '../../core/clock';
import type { Tx } from '../../core/database';
import type { EventHandler, StoredEvent } from '../../core/events';
import { renewInApp } from '../notifications';
import { answersText } from './notice.rules';
import { answersFor, listenersOf } from './notice.store';

/** Several answers open the list, which is a tab of the first page. */
const LIST = 'pages/officer/today/index';

/** What officials answer reaches the officer: one message a day, which grows with each answer. */
export function noticeHandlers(): EventHandler[] {
  const handle = async (tx: Tx, { subject, at }: StoredEvent) => {
    const date = businessDate(at);
    for (const personId of await listenersOf(tx, Number(subject.id))) {
      const answers = await answersFor(
        tx,
        personId,
        shanghaiInstant(date, '00:00'),
        shanghaiInstant(addDays(date, 1), '00:00'),
      );
      // A minor one that a report has closed was answered by nobody.
      const [first, ...others] = answers;
      if (first === undefined) continue;
      const page = others.length === 0 ? `pages/officer/finding/index?id=${first.finding_id}` : LIST;
      await renewInApp(tx, { personId, kind: 'finding.answered', date, ...answersText(answers), page }, at);
    }
  };
  return ['finding.closed', 'finding.rejected', 'finding.extension_granted', 'finding.extension_refused'].map(
    (type) => ({ type, handle }),
  );
}
