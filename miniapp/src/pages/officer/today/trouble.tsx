import { sessionStore } from '../../../api/session';
import { open, restart } from '../../../components/go';
import { Button, Notice, StateCard } from '../../../components/kit';
import { useStore } from '../../../components/store';
import { device } from '../../../device/platform';
import type { Trouble } from '../../../offline/day';
import { words } from '../../../words';

/** Old data is shown, with its time and the reason. */
export function TroubleNote({ trouble, at }: { trouble: Trouble; at: string }) {
  const { person } = useStore(sessionStore);
  if (trouble === 'expired') return <ExpiredCard />;
  return (
    <Notice
      icon={trouble === 'offline' ? 'offline' : 'server'}
      title={words.errors.saved(words.errors.causes[trouble], at)}
    >
      {person?.roles.includes('officer') === true ? words.errors.goOn(words.sending.after[trouble]) : undefined}
    </Notice>
  );
}

/** Nothing is known: that is said, and never shown as an empty list. */
export function TroubleCard({
  trouble,
  said,
  title,
  how,
  onAgain,
}: {
  trouble: Trouble;
  /** The server's own sentence, where it gave one. */
  said?: string | undefined;
  title: string;
  how: string;
  onAgain: () => void;
}) {
  const { person } = useStore(sessionStore);
  if (trouble === 'expired') return <ExpiredCard />;
  const specialist = person?.specialist ?? null;
  return (
    <StateCard
      icon={trouble === 'offline' ? 'offline' : 'server'}
      tone={trouble === 'offline' ? 'care' : 'alert'}
      title={title}
      acts={
        <>
          <Button small onTap={onAgain}>
            {words.common.again}
          </Button>
          {specialist === null ? null : (
            <Button small kind="link" onTap={() => device.call(specialist.mobile)}>
              {words.common.call(specialist.name)}
            </Button>
          )}
        </>
      }
    >
      {said ?? `${words.errors.causes[trouble]}。`}
      {trouble === 'refused' ? '' : how}
    </StateCard>
  );
}

export function ExpiredCard() {
  return (
    <StateCard
      icon="lock"
      tone="quiet"
      title={words.errors.expired}
      acts={
        <Button small onTap={() => restart('signIn')}>
          {words.errors.signInAgain}
        </Button>
      }
    >
      {words.errors.expiredHow}
    </StateCard>
  );
}

/** The phone runs full: said before it hurts. */
export function FullCard({ left }: { left: number }) {
  return (
    <StateCard
      icon="save"
      tone="care"
      title={words.outbox.full(left)}
      acts={
        <Button small onTap={() => open('outbox')}>
          {words.fill.toOutbox}
        </Button>
      }
    >
      {words.fill.fullHow}
    </StateCard>
  );
}
