import { Text, View } from '@tarojs/components';
import { useRef, useState } from 'react';
import { dateOf, dayWords, now, timeOf, weekday } from '../../../api/clock';
import { sessionStore } from '../../../api/session';
import { open } from '../../../components/go';
import { Screen, Skeleton, Tap, Icon } from '../../../components/kit';
import { useStore } from '../../../components/store';
import { today, week } from '../../../offline/day';
import { drafts } from '../../../offline/drafts';
import { withReceipts } from '../../../offline/held';
import { outbox, sent } from '../../../offline/outbox';
import { refreshDay } from '../../../offline/start';
import { words } from '../../../words';
import { dayView, type DayView } from './day-view';
import { Dock, type Tab } from './dock';
import { DayTasks } from './list';
import { DaySummary } from './summary';
import { TroubleCard, TroubleNote } from './trouble';
import { WeekDays } from './week';
import './today.css';

type Span = 'today' | 'tomorrow' | 'week';
const SPANS: readonly Span[] = ['today', 'tomorrow', 'week'];
/** A finger that moved this far sideways turned the page. */
const SWIPE_PX = 60;

export function Today({ onTab }: { onTab: (tab: Tab) => void }) {
  const [span, setSpan] = useState<Span>('today');
  const { person } = useStore(sessionStore);
  const known = useStore(today.store);
  const ahead = useStore(week.store);
  const waiting = useStore(outbox.store);
  const begun = useStore(drafts.store);
  const start = useRef<{ x: number; y: number }>();
  const receipts = useStore(sent.store);
  const day = known.value === undefined ? undefined : withReceipts(known.value, receipts.values());
  const view = day === undefined ? undefined : dayView(day, [...begun.values()], [...waiting.values()]);
  const date = dateOf(now());
  const days = ahead.value?.days ?? [];
  // Not known is no number: zero would say that there is nothing to do.
  const tomorrow = days[0]?.points.length ?? '';
  const all = ahead.value === undefined ? '' : days.reduce((sum, each) => sum + each.points.length, 0);
  const turn = (step: number) => {
    const next = SPANS[SPANS.indexOf(span) + step];
    if (next !== undefined) setSpan(next);
  };
  const touch = (event: { changedTouches?: ArrayLike<{ clientX?: number; clientY?: number }> }) => {
    const finger = event.changedTouches?.[0];
    return { x: finger?.clientX ?? 0, y: finger?.clientY ?? 0 };
  };
  return (
    <Screen
      title={
        <View className="spans">
          {SPANS.map((each) => (
            <Tap
              key={each}
              className={`span ${each === span ? 'on' : ''}`}
              on={each === span}
              onTap={() => setSpan(each)}
            >
              {each === 'today'
                ? words.tabs.today
                : each === 'tomorrow'
                  ? `${words.today.tomorrow} ${tomorrow}`.trim()
                  : `${words.today.week} ${all}`.trim()}
            </Tap>
          ))}
        </View>
      }
      line={`${dayWords(date)} ${weekday(date)} · ${person?.enterprise?.name ?? ''}`}
      foot={
        <Dock tab="today" onTab={onTab}>
          <ScanBar view={view} />
        </Dock>
      }
    >
      <View
        className="pager"
        onTouchStart={(event) => {
          start.current = touch(event as never);
        }}
        onTouchEnd={(event) => {
          const end = touch(event as never);
          const from = start.current;
          if (from === undefined || Math.abs(end.y - from.y) > SWIPE_PX) return;
          if (end.x - from.x < -SWIPE_PX) turn(1);
          if (end.x - from.x > SWIPE_PX) turn(-1);
        }}
      >
        {known.trouble !== undefined && known.value !== undefined ? (
          <TroubleNote trouble={known.trouble} at={known.at === undefined ? '' : timeOf(known.at)} />
        ) : null}
        {span === 'today' ? (
          view === undefined ? (
            known.trouble === undefined ? (
              <Skeleton rows={4} />
            ) : (
              <TroubleCard
                trouble={known.trouble}
                title={words.today.failed}
                how={words.today.failedHow}
                onAgain={() => void refreshDay()}
              />
            )
          ) : (
            <>
              <DaySummary view={view} day={day} days={ahead.value?.days} onTomorrow={() => setSpan('tomorrow')} />
              <DayTasks view={view} />
            </>
          )
        ) : ahead.value === undefined ? (
          ahead.trouble === undefined ? (
            <Skeleton rows={3} />
          ) : (
            <TroubleCard
              trouble={ahead.trouble}
              title={words.today.weekFailed}
              how=""
              onAgain={() => void refreshDay()}
            />
          )
        ) : (
          <WeekDays days={span === 'tomorrow' ? days.slice(0, 1) : days} />
        )}
      </View>
    </Screen>
  );
}

/** Always under the thumb; says which door is next. */
function ScanBar({ view }: { view: DayView | undefined }) {
  const next = view?.next;
  const name = next === undefined ? '' : `${next.task.point.name} ${next.task.point.code}`;
  const line =
    next === undefined
      ? view === undefined
        ? words.scan.how
        : words.today.scanNothing
      : next.task.date < (view === undefined ? '' : dateOf(now()))
        ? words.today.scanFirst(name)
        : words.today.scanNext(name);
  return (
    <Tap className="scan-bar" onTap={() => open('scan')}>
      <Icon name="scan" size={32} />
      <View className="scan-bar-words">
        <View className="scan-bar-title">{words.today.scan}</View>
        <View className="scan-bar-line">
          <Text>{line}</Text>
        </View>
      </View>
      <Icon name="right" size={20} />
    </Tap>
  );
}
