import { Text, View } from '@tarojs/components';
import { memo, type ReactNode } from 'react';
import { minutesTo, now, shortDate, timeOf } from '../../../api/clock';
import type { TaskRow } from '../../../api/types';
import { open } from '../../../components/go';
import { Button, Group, State, StateCard, Tap, Tile, typeIcon } from '../../../components/kit';
import { useSending } from '../../../components/sending';
import { dropDraft } from '../../../offline/drafts';
import { words } from '../../../words';
import type { DayView, ShownState, ShownTask } from './day-view';

const STATES: Record<ShownState, ReactNode> = {
  open: <State icon="todo">{words.state.open}</State>,
  done: (
    <State icon="done" tone="brand">
      {words.state.done}
    </State>
  ),
  late: (
    <State icon="late" tone="care">
      {words.state.late}
    </State>
  ),
  missed: (
    <State icon="missed" tone="alert">
      {words.state.missed}
    </State>
  ),
  excused: (
    <State icon="excused" tone="rest">
      {words.state.excused}
    </State>
  ),
  waiting: (
    <State icon="send" tone="care">
      {words.state.waiting}
    </State>
  ),
  refused: (
    <State icon="abnormal" tone="alert">
      {words.state.refused}
    </State>
  ),
};

/** The day's doors, what is next first. */
export function DayTasks({ view }: { view: DayView }) {
  const begun = [...view.overdue, ...view.open].find((each) => each.draft !== undefined)?.draft;
  const grace = view.overdue[0]?.task.graceUntil;
  return (
    <>
      {begun === undefined ? null : (
        <StateCard
          icon="pen"
          title={words.today.draft}
          acts={
            <>
              <Button small onTap={() => open('checklist', { task: begun.taskId })}>
                {words.today.goOn}
              </Button>
              <Button small kind="link" onTap={() => void dropDraft(begun)}>
                {words.today.startOver}
              </Button>
            </>
          }
        >
          {words.today.draftHow(
            `${begun.point.name} ${begun.point.code}`,
            Object.values(begun.answers).filter((answer) => answer.value !== undefined).length,
            timeOf(begun.savedAt),
          )}
        </StateCard>
      )}
      {view.overdue.length === 0 || grace === undefined ? null : (
        <>
          <Group title={words.today.overdue}>{words.today.overdueHow(timeOf(grace))}</Group>
          <Rows tasks={view.overdue} />
        </>
      )}
      {view.open.length === 0 ? null : (
        <>
          <Group title={words.today.group}>{words.today.byCode}</Group>
          <Rows tasks={view.open} />
        </>
      )}
      {view.closed.length === 0 ? null : (
        <>
          <Group title={words.today.groupDone} />
          <Rows tasks={view.closed} />
        </>
      )}
    </>
  );
}

function Rows({ tasks }: { tasks: readonly ShownTask[] }) {
  return (
    <View className="card flush">
      {tasks.map((each) => (
        <Row key={each.task.id} shown={each} />
      ))}
    </View>
  );
}

/** A row leads on: to the draft, to the report, to the outbox, or to the scanner. */
function target({ task, state, draft }: ShownTask): () => void {
  if (state === 'waiting' || state === 'refused') return () => open('outbox');
  if (draft !== undefined) return () => open('checklist', { task: task.id });
  const { reportId } = task;
  if (reportId !== null) return () => open('report', { id: reportId });
  return () => open('scan', { task: task.id });
}

const Row = memo(function Row({ shown }: { shown: ShownTask }) {
  const { task, state } = shown;
  const { how } = useSending();
  const asks = state === 'open' || state === 'refused';
  const late = state === 'open' && Date.parse(task.dueAt) < now().getTime();
  const { point, last } = task;
  const mark = late ? (
    <State icon="late" tone="care">
      {words.today.toGrace(words.common.minutes(minutesTo(task.graceUntil)))}
    </State>
  ) : (
    STATES[state]
  );
  const lines = asks ? todoLines(shown, late) : closedLines(shown, how);
  const content = (
    <>
      <Tile icon={typeIcon(point.type)} tone={late ? 'care' : asks ? '' : 'quiet'} />
      <View className="grow">
        <View className="item-title">
          <Text>{point.name}</Text>
          <Text className="item-code">{point.code}</Text>
          {mark}
        </View>
        {lines.map((line) => (
          <View key={line} className="task-line">
            {line}
          </View>
        ))}
        {asks && last !== null ? <View className="task-line quiet">{lastLine(shown)}</View> : null}
      </View>
    </>
  );
  return state === 'excused' || (state === 'missed' && task.reportId === null) ? (
    <View className="item dim">{content}</View>
  ) : (
    <Tap className={`item ${asks ? '' : 'dim'}`} onTap={target(shown)}>
      {content}
    </Tap>
  );
});

function todoLines({ task }: ShownTask, late: boolean): string[] {
  const window = `${shortDate(task.date)} ${words.today.window(timeOf(task.dueAt))}`;
  return [
    [task.point.place, late ? '' : words.today.window(timeOf(task.dueAt))].filter((part) => part !== '').join(' · ') ||
      window,
    ...(late ? [words.today.lateHow] : []),
  ];
}

function lastLine({ task }: ShownTask): string {
  const { last } = task;
  const what = last === null ? words.today.lastNever : lastWords(last);
  return [last === null ? what : words.today.last(shortDate(last.date), what), task.why]
    .filter((part) => part !== '')
    .join(' · ');
}

/** What came of the last time: only a report that was made says what it found. */
export function lastWords({ state, abnormal }: NonNullable<TaskRow['last']>): string {
  if (state === 'open') return words.today.lastOpen;
  if (state === 'missed' || state === 'excused' || abnormal === null) return words.state[state];
  return abnormal > 0 ? words.records.abnormalItems(abnormal) : words.records.allNormal;
}

function closedLines({ task, state, filledAt }: ShownTask, how: string): string[] {
  const place = task.point.place;
  if (state === 'waiting') {
    return [[place, words.today.inspectedAt(filledAt ?? '')].filter(Boolean).join(' · '), how];
  }
  return [
    [place, task.closedAt === null ? '' : words.today.inspectedAt(timeOf(task.closedAt))].filter(Boolean).join(' · '),
  ];
}
