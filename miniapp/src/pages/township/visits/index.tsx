import { Text, View } from '@tarojs/components';
import { useDidShow } from '@tarojs/taro';
import { useEffect } from 'react';
import { dateOf, dayWords, timeOf } from '../../../api/clock';
import type { VisitRow } from '../../../api/types';
import { open } from '../../../components/go';
import { Group, Screen, Skeleton, State, StateCard, Tap, Tile } from '../../../components/kit';
import { useSending } from '../../../components/sending';
import { useStore } from '../../../components/store';
import { ready } from '../../../offline/start';
import { deliveries } from '../../../offline/sync';
import { visitDrafts, visitOutbox } from '../../../offline/visits';
import { TroubleCard, TroubleNote } from '../../officer/today/trouble';
import { visits } from '../kept';
import { words } from '../words';

const say = words.visits;

/** Visits: what waits on this phone, what is planned, what has to be looked at again, what is done. */
export default function VisitsPage() {
  const known = useStore(visits.store);
  const waiting = [...useStore(visitOutbox.store).values()];
  const { how } = useSending();
  const news = useStore(deliveries);
  useEffect(() => {
    if (news > 0) void visits.refresh();
  }, [news]);
  const drafts = [...useStore(visitDrafts.store).values()].filter((draft) => draft.token !== undefined);
  useDidShow(() => void ready.then(() => visits.refresh()));
  const { value } = known;
  const of = (...states: VisitRow['state'][]) => value?.rows.filter((row) => states.includes(row.state)) ?? [];
  return (
    <Screen title={say.title} line={known.at === undefined ? '' : words.township.data(timeOf(known.at))} inner>
      {known.trouble !== undefined && value !== undefined ? (
        <TroubleNote trouble={known.trouble} at={known.at === undefined ? '' : timeOf(known.at)} />
      ) : null}
      {waiting.length === 0 ? null : (
        <>
          <Group title={say.unsent}>{how}</Group>
          <View className="card flush">
            {waiting.map(({ clientUuid, draft, leftAt }) => (
              <View key={clientUuid} className="item plain middle">
                <Text className="grow">{draft.enterprise.name}</Text>
                <State icon="send" tone="care">
                  {timeOf(leftAt)}
                </State>
              </View>
            ))}
          </View>
        </>
      )}
      {drafts.length === 0 ? null : (
        <>
          <Group title={say.drafts}>{say.draftKept}</Group>
          <View className="card flush">
            {drafts.map((draft) => (
              <Tap
                key={draft.visitId ?? draft.enterprise.id}
                className="item middle"
                onTap={() =>
                  open(
                    'visit',
                    draft.visitId === undefined ? { enterprise: draft.enterprise.id } : { id: draft.visitId },
                  )
                }
              >
                <View className="grow">
                  <View>{draft.enterprise.name}</View>
                  {draft.refusal === undefined ? null : <View className="small">{say.refused(draft.refusal)}</View>}
                </View>
                <State icon="todo">{say.drafts}</State>
              </Tap>
            ))}
          </View>
        </>
      )}
      {value === undefined ? (
        known.trouble === undefined ? (
          <Skeleton rows={3} />
        ) : (
          <TroubleCard
            trouble={known.trouble}
            title={say.failed}
            how={say.failedHow}
            onAgain={() => void visits.refresh()}
          />
        )
      ) : (
        <>
          {value.rows.length + waiting.length + drafts.length === 0 ? (
            <StateCard icon="done" title={say.none}>
              {say.noneHow}
            </StateCard>
          ) : null}
          <Rows title={say.planned} rows={of('planned')} />
          <Rows title={say.toFollow} rows={of('recorded')} />
          <Rows title={say.ended} rows={of('followed_up', 'cancelled')} />
        </>
      )}
    </Screen>
  );
}

function Rows({ title, rows }: { title: string; rows: readonly VisitRow[] }) {
  if (rows.length === 0) return null;
  return (
    <>
      <Group title={title} />
      <View className="card flush">
        {rows.map((row) => (
          <Tap key={row.id} className="item" onTap={() => open('visit', { id: row.id })}>
            <Tile icon={row.state === 'planned' ? 'calendar' : 'person'} tone={row.overdue ? 'alert' : ''} />
            <View className="grow">
              <View className="item-title">
                <Text>{row.enterprise.name}</Text>
                <State icon={row.overdue ? 'late' : 'calendar'} tone={row.overdue ? 'alert' : ''}>
                  {stateWords(row)}
                </State>
              </View>
              <View className="note">{row.purpose}</View>
              <View className="small">{row.owner.name}</View>
            </View>
          </Tap>
        ))}
      </View>
    </>
  );
}

function stateWords(row: VisitRow): string {
  if (row.overdue) return say.late;
  if (row.state === 'planned') return say.on(dayWords(row.plannedOn));
  if (row.state === 'recorded' && row.dueOn !== null) return say.by(dayWords(row.dueOn));
  return row.leftAt === null ? (say.states[row.state] ?? '') : dayWords(dateOf(row.leftAt));
}
