import { Text, View } from '@tarojs/components';
import { useCallback, useEffect, useState } from 'react';
import { api } from '../../../api/client';
import { dateOf, dayWords, now, plusDays, timeOf, weekday } from '../../../api/clock';
import { sessionStore } from '../../../api/session';
import type { MonthList } from '../../../api/types';
import { open } from '../../../components/go';
import { Group, Icon, Screen, Skeleton, State, StateCard, Tap, Tile, typeIcon } from '../../../components/kit';
import { useStore } from '../../../components/store';
import { troubleOf, type Trouble } from '../../../offline/day';
import { keep } from '../../../offline/keep';
import { deliveries } from '../../../offline/sync';
import { words } from '../../../words';
import { Dock, type Tab } from '../today/dock';
import { TroubleCard } from '../today/trouble';
import { calendarOf, dayMark, totals, type Mark } from './month-view';
import './records.css';

type Row = MonthList['rows'][number];

const ICONS = {
  done: 'check',
  abnormal: 'abnormal',
  late: 'late',
  missed: 'cross',
  excused: 'excused',
  open: 'todo',
  none: undefined,
} as const;
const TONES = {
  done: 'ink-brand',
  abnormal: 'ink-alert',
  late: 'ink-care',
  missed: 'ink-alert',
  excused: 'ink-rest',
  open: 'ink-brand',
  none: '',
} as const;
const LEGEND: readonly Mark[] = ['done', 'abnormal', 'late', 'missed', 'excused'];

/** A month of inspections, and each report of the chosen day. */
export function Records({ onTab }: { onTab: (tab: Tab) => void }) {
  const { person } = useStore(sessionStore);
  const current = dateOf(now());
  const [month, setMonth] = useState(current.slice(0, 7));
  const [day, setDay] = useState(current);
  const [rows, setRows] = useState<Row[]>();
  const [trouble, setTrouble] = useState<Trouble>();

  const load = useCallback(async () => {
    setTrouble(undefined);
    setRows(await keep.get<Row[]>(`month/${month}`));
    try {
      const answer = await api.month(month);
      setRows(answer.rows);
      await keep.set(`month/${month}`, answer.rows).catch(() => undefined);
    } catch (error) {
      setTrouble(troubleOf(error));
    }
  }, [month]);
  const news = useStore(deliveries);
  useEffect(() => void load(), [load, news]);

  const turn = (step: number) => {
    const next = plusDays(`${month}-15`, step * 30).slice(0, 7);
    if (next > current.slice(0, 7)) return;
    setMonth(next);
    setDay(next === current.slice(0, 7) ? current : `${next}-01`);
  };
  const chosen = (rows ?? []).filter((row) => row.date === day);
  return (
    <Screen
      title={words.records.title}
      line={person?.enterprise?.name ?? ''}
      foot={<Dock tab="records" onTab={onTab} />}
    >
      {rows === undefined ? (
        trouble === undefined ? (
          <Skeleton rows={5} />
        ) : (
          <TroubleCard
            trouble={trouble}
            title={words.records.failed}
            how={words.records.failedHow}
            onAgain={() => void load()}
          />
        )
      ) : (
        <>
          <View className="card">
            <View className="month-head">
              <Tap className="month-turn" label={words.records.before} onTap={() => turn(-1)}>
                <Icon name="left" />
              </Tap>
              <View className="head">{words.records.month(Number(month.slice(0, 4)), Number(month.slice(5)))}</View>
              <Tap
                className={`month-turn ${month === current.slice(0, 7) ? 'gone' : ''}`}
                label={words.records.after}
                onTap={() => turn(1)}
              >
                <Icon name="right" />
              </Tap>
            </View>
            <Totals rows={rows} />
            <Calendar month={month} rows={rows} current={current} day={day} onDay={setDay} />
            <View className="legend">
              {LEGEND.map((mark) => (
                <View key={mark} className="legend-item">
                  <MarkIcon mark={mark} />
                  <Text>{words.records.marks[mark]}</Text>
                </View>
              ))}
            </View>
          </View>
          <Group title={`${dayWords(day)} ${weekday(day)}`}>
            {chosen.length === 0 ? '' : words.records.count(chosen.length)}
          </Group>
          {chosen.length === 0 ? (
            <StateCard icon="calendar" tone="quiet" title={words.records.nothing} />
          ) : (
            <View className="card flush">
              {chosen.map((row) => (
                <DayRow key={row.id} row={row} />
              ))}
            </View>
          )}
        </>
      )}
    </Screen>
  );
}

function Totals({ rows }: { rows: readonly Row[] }) {
  const { reported, abnormal, late, missed } = totals(rows);
  return (
    <View className="small center">
      <Text>{words.records.sum(reported)}</Text>
      <Text>{` · ${words.records.abnormal(abnormal)} · ${words.records.late(late)} · `}</Text>
      <Text className={missed > 0 ? 'ink-alert' : ''}>{words.records.missed(missed)}</Text>
    </View>
  );
}

function MarkIcon({ mark }: { mark: Mark }) {
  const icon = ICONS[mark];
  return <View className={`mark ${TONES[mark]}`}>{icon === undefined ? null : <Icon name={icon} size={16} />}</View>;
}

interface CalendarProps {
  month: string;
  rows: readonly Row[];
  current: string;
  day: string;
  onDay: (day: string) => void;
}

function Calendar({ month, rows, current, day, onDay }: CalendarProps) {
  return (
    <View className="calendar">
      {words.records.weekdays.map((name) => (
        <View key={name} className="calendar-name">
          {name}
        </View>
      ))}
      {calendarOf(month).map((date, index) => {
        if (date === undefined) return <View key={`blank${index}`} className="calendar-day" />;
        const mark = dayMark(rows, date);
        return (
          <Tap
            key={date}
            className={`calendar-day ${date === day ? 'chosen' : ''} ${date > current ? 'ahead' : ''} ${date === current ? 'today' : ''}`}
            label={`${dayWords(date)} ${words.records.marks[mark] ?? ''}`}
            on={date === day}
            onTap={() => (date > current ? undefined : onDay(date))}
          >
            <Text>{Number(date.slice(8))}</Text>
            <MarkIcon mark={mark} />
          </Tap>
        );
      })}
    </View>
  );
}

function DayRow({ row }: { row: Row }) {
  const { point, reportId } = row;
  const abnormal = row.abnormal ?? 0;
  const content = (
    <>
      <Tile icon={typeIcon(point.type)} tone={reportId === null ? 'quiet' : ''} />
      <View className="grow">
        <View className="item-title">
          <Text>{point.name}</Text>
          <Text className="item-code">{point.code}</Text>
          {reportId === null ? (
            <State
              icon={row.state === 'missed' ? 'missed' : row.state === 'excused' ? 'excused' : 'todo'}
              tone={row.state === 'missed' ? 'alert' : 'rest'}
            >
              {words.state[row.state]}
            </State>
          ) : abnormal > 0 ? (
            <State icon="abnormal" tone="alert">
              {words.records.abnormalItems(abnormal)}
            </State>
          ) : row.state === 'late' ? (
            <State icon="late" tone="care">
              {words.state.late}
            </State>
          ) : (
            <State icon="done" tone="brand">
              {words.records.allNormal}
            </State>
          )}
        </View>
        {row.closedAt === null || reportId === null ? null : (
          <View className="small">
            {[words.records.delivered(timeOf(row.closedAt)), row.officer ?? ''].filter(Boolean).join(' · ')}
          </View>
        )}
      </View>
    </>
  );
  return reportId === null ? (
    <View className="item dim">{content}</View>
  ) : (
    <Tap className="item" onTap={() => open('report', { id: reportId })}>
      {content}
    </Tap>
  );
}
