import { Text, View } from '@tarojs/components';
import { useEffect, useState } from 'react';
import { dateOf, dayWords, minutesTo, now, plusDays, timeOf } from '../../../api/clock';
import type { DayList, WeekList } from '../../../api/types';
import { open } from '../../../components/go';
import { Button, Icon, StateCard, Tap } from '../../../components/kit';
import { useHeld } from '../../../components/sending';
import { device } from '../../../device/platform';
import type { Held } from '../../../offline/held';
import { words } from '../../../words';
import type { DayView } from './day-view';
import { FullCard } from './trouble';

/** Degrees of the ring left free between two segments. */
const GAP_DEG = 7;
/** Warned when so many photos of 260 KB still fit. */
const FEW_PHOTOS = 12;
const PHOTO_BYTES = 260_000;

const COLOURS = { filled: 'var(--brand)', waiting: 'var(--care)', empty: 'var(--line)' } as const;

function ringOf(ring: DayView['ring']): string {
  if (ring.length === 0) return 'var(--line)';
  const share = 360 / ring.length;
  const gap = ring.length > 1 ? Math.min(GAP_DEG, share / 3) : 0;
  const parts = ring.map((kind, index) => {
    const from = index * share;
    const to = from + share - gap;
    return `${COLOURS[kind]} ${from}deg ${to}deg, transparent ${to}deg ${from + share}deg`;
  });
  return `conic-gradient(from ${gap / 2}deg, ${parts.join(', ')})`;
}

interface Props {
  view: DayView;
  day: DayList | undefined;
  /** Unknown while it has not been fetched. */
  days: WeekList['days'] | undefined;
  onTomorrow: () => void;
}

/** How the day stands: the ring, what is left, how much time. */
export function DaySummary({ view, day, days, onTomorrow }: Props) {
  const photosLeft = usePhotosLeft();
  const held = useHeld();
  const full = photosLeft !== undefined && photosLeft < FEW_PHOTOS ? <FullCard left={photosLeft} /> : null;
  if (day === undefined) return full;
  if (view.due === 0 && view.overdue.length === 0) {
    return (
      <>
        {full}
        <NothingDue excused={view.closed.length > 0} days={days} />
        <Waiting />
      </>
    );
  }
  return (
    <>
      {full}
      <View className="card sum">
        <View className="row sum-row">
          <View className="ring" style={{ backgroundImage: ringOf(view.ring) }} {...ringLabel(view)}>
            <View className="ring-hole">
              <Text className="ring-done">{view.done}</Text>
              <Text className="ring-due">/ {view.due}</Text>
            </View>
          </View>
          <View className="grow">
            <View className="head">{headLine(view)}</View>
            <View className="note">{timeLine(view, day, days, held)}</View>
            {view.left === 0 ? (
              <View className="acts" style={{ marginTop: '8px' }}>
                <Button small kind="second" onTap={onTomorrow}>
                  {words.today.seeTomorrow}
                </Button>
              </View>
            ) : null}
          </View>
        </View>
        <Waiting />
      </View>
    </>
  );
}

function ringLabel(view: DayView): object {
  if (process.env['TARO_ENV'] !== 'h5') return {};
  return { role: 'img', 'aria-label': `${view.done} / ${view.due}` };
}

function headLine(view: DayView): string {
  if (view.left > 0) return words.today.left(view.left);
  const missed = view.closed.some(({ state }) => state === 'missed');
  return missed ? words.today.noneLeft : words.today.allDone;
}

function timeLine(view: DayView, day: DayList, days: WeekList['days'] | undefined, held: Held): string {
  if (view.left === 0) {
    const all = view.done === view.due && held.waiting + held.stuck + held.photos === 0;
    const tomorrow = days?.[0]?.points.length;
    return words.today.delivered(view.done, all) + (tomorrow === undefined ? '' : words.today.ahead(tomorrow));
  }
  const first = view.open[0]?.task ?? day.tasks[0];
  if (first === undefined) return '';
  if (Date.parse(first.dueAt) > now().getTime()) {
    return words.today.due(timeOf(first.dueAt), words.common.minutes(minutesTo(first.dueAt)));
  }
  const [today, until] = [dateOf(now()), dateOf(first.graceUntil)];
  return words.today.grace(words.today.on(until, today, plusDays(today, 1)) + timeOf(first.graceUntil));
}

function NothingDue({ excused, days }: { excused: boolean; days: WeekList['days'] | undefined }) {
  if (excused) {
    return (
      <StateCard
        icon="excused"
        tone="quiet"
        title={words.today.excusedAll}
        acts={
          <Button small kind="second" onTap={() => open('suspension')}>
            {words.today.resume}
          </Button>
        }
      >
        {words.today.excusedHow}
      </StateCard>
    );
  }
  const next = days?.find((each) => each.points.length > 0);
  return (
    <StateCard icon="calendar" tone="quiet" title={words.today.nothing}>
      {days === undefined
        ? ''
        : next === undefined
          ? words.today.noNext
          : words.today.nextIs(dayWords(next.date), next.points[0]?.name ?? '')}
    </StateCard>
  );
}

/** What this phone still holds; shown only when there is something. */
function Waiting() {
  const held = useHeld();
  const { stuck } = held;
  if (held.waiting + stuck + held.photos === 0) return null;
  return (
    <Tap className={`sum-link ${stuck > 0 ? 'ink-alert' : 'ink-care'}`} onTap={() => open('outbox')}>
      <Icon name={stuck > 0 ? 'abnormal' : 'send'} size={20} />
      <Text className="grow">{words.sending.held(held)}</Text>
      <Icon name="right" size={16} />
    </Tap>
  );
}

function usePhotosLeft(): number | undefined {
  const [left, setLeft] = useState<number>();
  useEffect(() => {
    void device.space().then(
      (space) => setLeft(space === undefined ? undefined : Math.floor(space.left / PHOTO_BYTES)),
      () => undefined,
    );
  }, []);
  return left;
}
