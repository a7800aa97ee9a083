import { Text, View } from '@tarojs/components';
import { useDidShow } from '@tarojs/taro';
import { api } from '../../../api/client';
import { dateOf, dayWords, timeOf } from '../../../api/clock';
import type { CaseRow } from '../../../api/types';
import { open } from '../../../components/go';
import { Button, Group, Screen, Skeleton, StateCard, Tag, Tap, Tile } from '../../../components/kit';
import { useStore } from '../../../components/store';
import { ready } from '../../../offline/start';
import { TroubleCard, TroubleNote } from '../../officer/today/trouble';
import { cases } from '../kept';
import { useMore } from '../more';
import { words } from '../words';
import '../township.css';

const say = words.cases;

/** Cases: those that go on, by their day; then those that have ended. */
export default function CasesPage() {
  const known = useStore(cases.store);
  const { rows, beyond, more } = useMore(known.value, (cursor) => api.cases(cursor));
  useDidShow(() => {
    void ready.then(async () => {
      if (cases.store.get().value === undefined) await cases.load();
      await cases.refresh();
    });
  });
  const at = known.at === undefined ? '' : timeOf(known.at);
  const running = rows.filter((row) => row.dueOn !== null);
  return (
    <Screen title={say.title} line={at === '' ? '' : words.township.data(at)} inner>
      {known.trouble !== undefined && known.value !== undefined ? (
        <TroubleNote trouble={known.trouble} at={at} />
      ) : null}
      {known.value === undefined ? (
        known.trouble === undefined ? (
          <Skeleton rows={3} />
        ) : (
          <TroubleCard
            trouble={known.trouble}
            title={say.failed}
            how={say.failedHow}
            onAgain={() => void cases.refresh()}
          />
        )
      ) : (
        <>
          {rows.length === 0 ? (
            <StateCard icon="done" title={say.none}>
              {say.noneHow}
            </StateCard>
          ) : null}
          <Rows
            title={say.groups.running}
            rows={[...running].sort((one, other) => ((one.dueOn ?? '') < (other.dueOn ?? '') ? -1 : 1))}
          />
          <Rows title={say.groups.ended} rows={rows.filter((row) => row.dueOn === null)} />
          {beyond ? (
            <Button kind="second" onTap={() => void more()}>
              {say.more}
            </Button>
          ) : null}
        </>
      )}
    </Screen>
  );
}

function Rows({ title, rows }: { title: string; rows: readonly CaseRow[] }) {
  if (rows.length === 0) return null;
  return (
    <>
      <Group title={title} />
      <View className="card flush">
        {rows.map((row) => (
          <Tap key={row.id} className="item" onTap={() => open('case', { id: row.id })}>
            <Tile icon="doc" tone={row.overdue ? 'alert' : row.closedAt === null ? '' : 'quiet'} />
            <View className="grow">
              <View className="strong">{row.title}</View>
              <View className="note">{row.enterprise.name}</View>
              <View className="finding-tags">
                {row.closedAt === null ? <Tag>{say.states[row.state] ?? ''}</Tag> : null}
                <CaseDay row={row} />
                <Text className="small">{row.owner.name}</Text>
              </View>
            </View>
          </Tap>
        ))}
      </View>
    </>
  );
}

/** By when the next step is due, or when and how it ended. */
function CaseDay({ row }: { row: CaseRow }) {
  if (row.dueOn === null) {
    const ended = row.closedAt === null ? '' : dayWords(dateOf(row.closedAt));
    return (
      <Tag icon="done">
        {[row.result === null ? (say.states[row.state] ?? '') : (say.results[row.result] ?? ''), ended]
          .filter(Boolean)
          .join(' ')}
      </Tag>
    );
  }
  return (
    <Tag icon="calendar" tone={row.overdue ? 'alert' : ''}>
      {row.overdue ? say.late : say.by(dayWords(row.dueOn))}
    </Tag>
  );
}
