import { Text, View } from '@tarojs/components';
import { useState } from 'react';
import { api } from '../../../api/client';
import { dateOf, dayWords, now, timeOf } from '../../../api/clock';
import { sessionStore } from '../../../api/session';
import type { PriorityRow, WarningRow } from '../../../api/types';
import { open, toast } from '../../../components/go';
import { Button, Group, Screen, Skeleton, StateCard, Tag, Tap } from '../../../components/kit';
import { useStore } from '../../../components/store';
import { device } from '../../../device/platform';
import { toActOn, warnings } from '../../../offline/day';
import { refreshDuties } from '../../../offline/start';
import { uuid } from '../../../offline/uuid';
import { TroubleCard, TroubleNote } from '../../officer/today/trouble';
import { askHere, here, metresTo } from '../here';
import { priorities, refreshTownship } from '../kept';
import { byBenefit, byDistance } from '../order';
import { Chip, Far, Why } from '../parts';
import { saidBy } from '../../../components/said';
import { words } from '../words';
import { TownshipTabs, type TownshipTab } from './tabs';

type Chosen = 'first' | 'near' | 'done';

/** What needs an official's eye, where a visit helps most first; nearest first on request, and what was dealt with. */
export function Warnings({ onTab }: { onTab: (tab: TownshipTab) => void }) {
  const known = useStore(warnings.store);
  const { person } = useStore(sessionStore);
  const [view, setView] = useState<Chosen>('first');
  const [closed, setClosed] = useState<WarningRow[]>();
  const { value } = known;
  const region = person?.scopes.find((scope) => scope.region !== null)?.region?.name ?? '';
  const line = [region, person?.name ?? '', known.at === undefined ? '' : words.township.data(timeOf(known.at))];
  const showClosed = async () => {
    setView('done');
    try {
      setClosed((await api.closedWarnings()).rows);
    } catch (error) {
      toast(saidBy(error));
    }
  };
  return (
    <Screen
      title={words.warnings.title}
      line={line.filter(Boolean).join(' · ')}
      foot={<TownshipTabs tab="warnings" onTab={onTab} />}
    >
      {known.trouble !== undefined && value !== undefined ? (
        <TroubleNote trouble={known.trouble} at={known.at === undefined ? '' : timeOf(known.at)} />
      ) : null}
      {value === undefined ? (
        known.trouble === undefined ? (
          <Skeleton rows={3} />
        ) : (
          <TroubleCard
            trouble={known.trouble}
            title={words.warnings.failed}
            how={words.warnings.failedHow}
            onAgain={() => void refreshTownship()}
          />
        )
      ) : (
        <>
          <View className="chips">
            <Chip on={view === 'first'} onTap={() => setView('first')} count={toActOn(value)}>
              {words.where.first}
            </Chip>
            <Chip
              on={view === 'near'}
              onTap={() => {
                setView('near');
                void askHere();
              }}
            >
              {words.where.near}
            </Chip>
            <Chip on={view === 'done'} onTap={() => void showClosed()}>
              {words.where.done}
            </Chip>
          </View>
          {view === 'done' ? (
            <Done rows={closed} />
          ) : value.length === 0 ? (
            <StateCard icon="done" title={words.warnings.none}>
              {words.warnings.noneHow}
            </StateCard>
          ) : (
            <Waiting rows={value} near={view === 'near'} />
          )}
        </>
      )}
    </Screen>
  );
}

/** '今天的' time alone, any other day with its date. */
export function clockWords(iso: string): string {
  const day = dateOf(iso);
  return day === dateOf(now()) ? timeOf(iso) : `${dayWords(day)} ${timeOf(iso)}`;
}

function Waiting({ rows, near }: { rows: readonly WarningRow[]; near: boolean }) {
  const from = useStore(here);
  const weighed = useStore(priorities.store).value?.rows ?? [];
  const byId = new Map(weighed.map((row) => [row.enterprise.id, row]));
  const placeOf = (row: WarningRow) => byId.get(row.enterprise?.id ?? '')?.enterprise;
  const first = byBenefit(rows, byId);
  const sorted = near
    ? byDistance(first, (row) => {
        const place = placeOf(row);
        return place === undefined ? undefined : metresTo(place, from);
      })
    : first;
  const of = (...states: WarningRow['state'][]) => sorted.filter((row) => states.includes(row.state));
  return (
    <>
      {near && from.state === 'asking' ? <View className="small center">{words.where.asking}</View> : null}
      {near && from.state === 'none' ? <View className="small center">{words.where.noPlace}</View> : null}
      <Cards rows={of('open')} known={byId} />
      <Cards title={words.warnings.mine} rows={of('acknowledged')} known={byId} />
      <Cards title={words.warnings.snoozed} rows={of('snoozed')} known={byId} />
    </>
  );
}

function Done({ rows }: { rows: readonly WarningRow[] | undefined }) {
  if (rows === undefined) return <Skeleton rows={2} />;
  if (rows.length === 0) return <StateCard icon="done" title={words.warnings.noneDone} />;
  return (
    <View className="card flush">
      {rows.map((row) => (
        <Tap key={row.id} className="item plain" onTap={() => open('warning', { id: row.id })}>
          <View className="grow">
            <View className="strong">{row.enterprise?.name ?? row.subject.name}</View>
            <View className="note">{row.reason}</View>
            {row.closed === null ? null : (
              <View className="small">
                {`${clockWords(row.closed.at)} ${row.closed.by} · ${words.warnings.outcomes[row.closed.outcome] ?? ''}`}
              </View>
            )}
          </View>
        </Tap>
      ))}
    </View>
  );
}

function Cards({
  title,
  rows,
  known,
}: {
  title?: string;
  rows: readonly WarningRow[];
  known: ReadonlyMap<string, PriorityRow>;
}) {
  if (rows.length === 0) return null;
  return (
    <>
      {title === undefined ? null : <Group title={title} />}
      {rows.map((row) => (
        <WarningCard key={row.id} row={row} priority={known.get(row.enterprise?.id ?? '')} />
      ))}
    </>
  );
}

function WarningCard({ row, priority }: { row: WarningRow; priority: PriorityRow | undefined }) {
  const urgent = row.level === 'major' && row.state === 'open';
  const advice = words.warnings.advice[row.rule.code];
  return (
    <View className={`card go-card ${urgent ? 'framed-alert' : ''}`}>
      <Tap onTap={() => open('warning', { id: row.id })}>
        <View className="go-top">
          {row.state === 'open' ? (
            <Tag
              icon={row.level === 'major' ? 'abnormal' : 'late'}
              tone={row.level === 'major' || row.overdue ? 'alert' : 'care'}
            >
              {row.overdue
                ? words.warnings.late
                : row.level === 'major'
                  ? words.warnings.major(clockWords(row.ackBy))
                  : words.warnings.by(clockWords(row.ackBy))}
            </Tag>
          ) : null}
          <Tag>{row.rule.name}</Tag>
          {row.repeats > 0 ? <Tag icon="retry">{words.warnings.repeats(row.repeats)}</Tag> : null}
          {row.easedAt === null ? null : <Tag tone="brand">{words.warnings.eased}</Tag>}
          {priority === undefined ? null : <Far place={priority.enterprise} />}
        </View>
        <View className="go-name">{row.enterprise?.name ?? row.subject.name}</View>
        <View className="note">
          <Text>{row.reason}</Text>
        </View>
        {advice === undefined ? null : <Why>{advice}</Why>}
        {priority === undefined || priority.benefit.score === 0 ? null : (
          <View className="small">{words.enterprises.reason(priority.benefit.reason)}</View>
        )}
      </Tap>
      {urgent && row.enterprise !== null ? <Acts warningId={row.id} enterpriseId={row.enterprise.id} /> : null}
    </View>
  );
}

/** For what cannot wait: taken on, or talked about, without opening it first. */
function Acts({ warningId, enterpriseId }: { warningId: string; enterpriseId: string }) {
  const [wish] = useState(uuid());
  const acknowledge = async () => {
    try {
      await api.acknowledge(warningId, { clientUuid: wish });
      toast(words.warnings.done);
      await refreshDuties();
    } catch (error) {
      toast(saidBy(error));
    }
  };
  const call = async () => {
    try {
      const [officer] = (await api.card(enterpriseId)).officers;
      if (officer === undefined) toast(words.enterprise.noOfficer);
      else device.call(officer.mobile);
    } catch (error) {
      toast(saidBy(error));
    }
  };
  return (
    <View className="go-acts">
      <Button onTap={() => void acknowledge()}>{words.warnings.acknowledge}</Button>
      <Button kind="second" icon="phone" onTap={() => void call()}>
        {words.warnings.call}
      </Button>
    </View>
  );
}
