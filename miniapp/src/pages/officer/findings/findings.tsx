import { Text, View } from '@tarojs/components';
import { dayWords, dateOf, now, timeOf } from '../../../api/clock';
import type { FindingRow } from '../../../api/types';
import { open } from '../../../components/go';
import { Submitted } from '../../../components/finding';
import { Group, Screen, Skeleton, State, StateCard, Tag, Tap, Tile, typeIcon } from '../../../components/kit';
import { useStore } from '../../../components/store';
import { dueNext } from '../../../components/time-left';
import { announced, findings } from '../../../offline/day';
import { refreshDay } from '../../../offline/start';
import { words } from '../../../words';
import { Dock, type Tab } from '../today/dock';
import { TroubleCard, TroubleNote } from '../today/trouble';

/** What has to be corrected, the most pressing first, and what waits for somebody else. */
export function Findings({ onTab }: { onTab: (tab: Tab) => void }) {
  const known = useStore(findings.store);
  const { value } = known;
  return (
    <Screen
      title={words.findings.title}
      line={value === undefined ? '' : words.findings.line(value.open.length)}
      foot={<Dock tab="findings" onTab={onTab} />}
    >
      {known.trouble !== undefined && value !== undefined ? (
        <TroubleNote trouble={known.trouble} at={known.at === undefined ? '' : timeOf(known.at)} />
      ) : null}
      <Announced />
      {value === undefined ? (
        known.trouble === undefined ? (
          <Skeleton rows={3} />
        ) : (
          <TroubleCard
            trouble={known.trouble}
            title={words.findings.failed}
            how={words.findings.failedHow}
            onAgain={() => void refreshDay()}
          />
        )
      ) : (
        <>
          {value.open.length + value.submitted.length === 0 ? (
            <StateCard icon="done" title={words.findings.none}>
              {words.findings.noneHow}
            </StateCard>
          ) : null}
          <Rows title={words.findings.toFix} how={words.findings.byDue} rows={value.open} />
          <Rows title={words.findings.waiting} how={words.findings.waitingHow} rows={value.submitted} />
        </>
      )}
    </Screen>
  );
}

/** Who comes to help and when, and what was agreed the last time. */
function Announced() {
  const rows = useStore(announced.store).value?.rows ?? [];
  const shown = rows.filter((row) => row.state === 'planned' || (row.state === 'recorded' && row.agreed.length > 0));
  if (shown.length === 0) return null;
  return (
    <>
      <Group title={words.announced.title} />
      {shown.map((row) =>
        row.state === 'planned' ? (
          <StateCard
            key={row.id}
            icon="calendar"
            title={words.announced.coming(dayWords(row.plannedOn), row.owner.name)}
          >
            {words.announced.comingHow}
          </StateCard>
        ) : (
          <StateCard
            key={row.id}
            icon="person"
            title={words.announced.agreed(dayWords(dateOf(row.leftAt ?? row.plannedOn)))}
          >
            {row.agreed.map((each) => (
              <View key={each.text}>{words.announced.by(dayWords(each.by), each.text)}</View>
            ))}
          </StateCard>
        ),
      )}
    </>
  );
}

function Rows({ title, how, rows }: { title: string; how: string; rows: readonly FindingRow[] }) {
  if (rows.length === 0) return null;
  return (
    <>
      <Group title={title}>{how}</Group>
      <View className="card flush">
        {rows.map((row) => (
          <Tap key={row.id} className="item" onTap={() => open('finding', { id: row.id })}>
            <Tile icon={typeIcon(row.point.type)} tone={row.overdue ? 'alert' : row.state === 'open' ? '' : 'quiet'} />
            <View className="grow">
              <View className="item-title">
                <Text>{row.item.zh}</Text>
                <Due row={row} />
              </View>
              <View className="small">{`${row.point.name} ${row.point.code}`}</View>
              <View className="finding-tags">
                <Tag icon="abnormal" tone={row.severity === 'major' ? 'alert' : ''}>
                  {words.findings.severity(words.fill.levels[row.severity] ?? '')}
                </Tag>
                {row.previousId === null ? null : <Tag tone="care">{words.findings.recurrence}</Tag>}
                {row.occurrences > 1 ? <Tag tone="care">{words.findings.again(row.occurrences)}</Tag> : null}
              </View>
              <Until row={row} />
            </View>
          </Tap>
        ))}
      </View>
    </>
  );
}

/** Until when the officer, or the specialist, has to act. */
function Until({ row }: { row: FindingRow }) {
  if (row.state === 'submitted') return <Submitted finding={row} />;
  const { dueAt, contain } = dueNext(row, now());
  const say = contain ? words.findings.containBefore : words.findings.before;
  return <View className="small">{say(dayWords(dateOf(dueAt)), timeOf(dueAt))}</View>;
}

function Due({ row }: { row: FindingRow }) {
  if (row.state === 'submitted') {
    return (
      <State icon="send" tone="brand">
        {words.findings.submitted}
      </State>
    );
  }
  const { text, over, soon } = dueNext(row, now());
  return (
    <State icon="late" tone={over ? 'alert' : soon ? 'care' : ''}>
      {text}
    </State>
  );
}
