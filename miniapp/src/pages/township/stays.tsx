import { Text, View } from '@tarojs/components';
import { useDidShow } from '@tarojs/taro';
import { useEffect, type ReactNode } from 'react';
import { api } from '../../api/client';
import { dateOf, dayWords, timeOf } from '../../api/clock';
import { sessionStore } from '../../api/session';
import type { StayRow } from '../../api/types';
import { open } from '../../components/go';
import { Button, Group, LinkRow, Screen, Skeleton, StateCard, Tag, Tap, Tile } from '../../components/kit';
import { useStore } from '../../components/store';
import { ready } from '../../offline/start';
import { TroubleCard, TroubleNote } from '../officer/today/trouble';
import { stays } from './kept';
import { useMore } from './more';
import { decides } from './roles';
import { words } from './words';
import './township.css';

const say = words.supervision;
const GROUPS = {
  proposed: ['proposed'],
  checking: ['checking'],
  active: ['active'],
  ended: ['left', 'rejected'],
} as const satisfies Record<keyof typeof say.groups, readonly StayRow['state'][]>;

const refresh = () => void ready.then(() => stays.refresh());

/** Who is under key supervision: what this person has to do first, then by what is due. */
export function Stays({ inner = false, foot }: { inner?: boolean; foot?: ReactNode }) {
  const known = useStore(stays.store);
  const { person } = useStore(sessionStore);
  const { rows, beyond, more } = useMore(known.value, (cursor) => api.stays(cursor));
  // As a tab it is made when the page has long been shown.
  useEffect(refresh, []);
  useDidShow(refresh);
  const at = known.at === undefined ? '' : timeOf(known.at);
  const order: (keyof typeof GROUPS)[] = decides(person)
    ? ['proposed', 'checking', 'active', 'ended']
    : ['checking', 'proposed', 'active', 'ended'];
  return (
    <Screen title={say.title} line={at === '' ? '' : words.township.data(at)} inner={inner} foot={foot}>
      {known.trouble !== undefined && known.value !== undefined ? (
        <TroubleNote trouble={known.trouble} at={at} />
      ) : null}
      <View className="card flush">
        <LinkRow icon="doc" title={words.cases.title} line={words.cases.line} onTap={() => open('cases')} />
      </View>
      {known.value === undefined ? (
        known.trouble === undefined ? (
          <Skeleton rows={3} />
        ) : (
          <TroubleCard
            trouble={known.trouble}
            title={say.failed}
            how={say.failedHow}
            onAgain={() => void stays.refresh()}
          />
        )
      ) : (
        <>
          {rows.length === 0 ? (
            <StateCard icon="done" title={say.none}>
              {say.noneHow}
            </StateCard>
          ) : null}
          {order.map((group) => (
            <Rows
              key={group}
              title={say.groups[group]}
              rows={rows.filter(({ state }) => GROUPS[group].some((each) => each === state))}
            />
          ))}
          {beyond ? (
            <Button kind="second" onTap={() => void more()}>
              {words.cases.more}
            </Button>
          ) : null}
        </>
      )}
    </Screen>
  );
}

function Rows({ title, rows }: { title: string; rows: readonly StayRow[] }) {
  if (rows.length === 0) return null;
  return (
    <>
      <Group title={title} />
      <View className="card flush">
        {rows.map((row) => (
          <Tap key={row.id} className="item" onTap={() => open('stay', { id: row.id })}>
            <Tile icon="flag" tone={row.overdue ? 'alert' : row.endedAt === null ? '' : 'quiet'} />
            <View className="grow">
              <View className="strong">{row.enterprise.name}</View>
              <View className="note">{row.reason}</View>
              <View className="finding-tags">
                <StayState row={row} />
                <Text className="small">{proposerOf(row)}</Text>
              </View>
            </View>
          </Tap>
        ))}
      </View>
    </>
  );
}

/** Where a stay has come to, with the day of the next step. */
export function StayState({ row }: { row: StayRow }) {
  if (row.dueOn === null) {
    return (
      <Tag icon={row.state === 'left' ? 'done' : 'excused'}>
        {`${say.states[row.state] ?? ''} ${row.endedAt === null ? '' : dayWords(dateOf(row.endedAt))}`}
      </Tag>
    );
  }
  const day = dayWords(row.dueOn);
  return (
    <Tag icon={row.overdue ? 'late' : 'calendar'} tone={row.overdue ? 'alert' : row.state === 'active' ? '' : 'care'}>
      {row.overdue
        ? say.late(say.states[row.state] ?? '')
        : row.state === 'proposed'
          ? say.decideBy(day)
          : row.state === 'checking'
            ? say.checkBy(day)
            : say.reviewOn(day)}
    </Tag>
  );
}

export function proposerOf(row: StayRow): string {
  return row.proposedBy === null ? say.byRule : say.by(row.proposedBy);
}
