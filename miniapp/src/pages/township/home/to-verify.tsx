import { Text, View } from '@tarojs/components';
import { dateOf, dayWords, now, timeOf } from '../../../api/clock';
import { sessionStore } from '../../../api/session';
import type { FindingRow } from '../../../api/types';
import { open } from '../../../components/go';
import { Group, Screen, Skeleton, State, StateCard, Tag, Tap, Tile, typeIcon } from '../../../components/kit';
import { useStore } from '../../../components/store';
import { timeLeft } from '../../../components/time-left';
import { duties } from '../../../offline/day';
import { words } from '../words';
import { TroubleCard, TroubleNote } from '../../officer/today/trouble';
import { TownshipTabs, type TownshipTab } from './tabs';

/** Corrections that wait to be verified, and officers who wait for an answer. */
export function ToVerify({ onTab }: { onTab: (tab: TownshipTab) => void }) {
  const known = useStore(duties.store);
  const { person } = useStore(sessionStore);
  const { value } = known;
  const region = person?.scopes.find((scope) => scope.region !== null)?.region?.name ?? '';
  const line = [region, person?.name ?? '', known.at === undefined ? '' : words.township.data(timeOf(known.at))];
  return (
    <Screen
      title={words.township.title}
      line={line.filter(Boolean).join(' · ')}
      foot={<TownshipTabs tab="verify" onTab={onTab} />}
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
            title={words.township.failed}
            how={words.township.failedHow}
            onAgain={() => void duties.refresh()}
          />
        )
      ) : (
        <>
          {value.verify.length + value.extensions.length === 0 ? (
            <StateCard icon="done" title={words.township.none}>
              {words.township.noneHow}
            </StateCard>
          ) : null}
          <Cards title={words.township.verify} how={words.township.verifyHow} rows={value.verify} />
          <Cards title={words.township.extensions} how={words.township.extensionsHow} rows={value.extensions} />
        </>
      )}
    </Screen>
  );
}

function Cards({ title, how, rows }: { title: string; how: string; rows: readonly FindingRow[] }) {
  if (rows.length === 0) return null;
  return (
    <>
      <Group title={title}>{how}</Group>
      <View className="card flush">
        {rows.map((row) => {
          const { text, over, soon } = timeLeft(row.dueAt, now());
          const asked = row.extension.state === 'asked' && row.extension.to !== null;
          return (
            <Tap key={row.id} className="item" onTap={() => open('verify', { id: row.id })}>
              <Tile icon={typeIcon(row.point.type)} tone={row.severity === 'major' ? 'alert' : ''} />
              <View className="grow">
                <View className="item-title">
                  <Text>{row.enterprise.name}</Text>
                  <State icon="late" tone={over ? 'alert' : soon ? 'care' : ''}>
                    {text}
                  </State>
                </View>
                <View className="note">{row.item.zh}</View>
                <View className="small">{`${row.point.name} ${row.point.code}`}</View>
                <View className="finding-tags">
                  <Tag icon="abnormal" tone={row.severity === 'major' ? 'alert' : ''}>
                    {words.findings.severity(words.fill.levels[row.severity] ?? '')}
                  </Tag>
                  <Tag icon="pin">{row.severity === 'major' ? words.township.onSite : words.township.office}</Tag>
                  {asked ? <Tag tone="care">{words.township.wishes(dayWords(row.extension.to ?? ''))}</Tag> : null}
                </View>
                {row.submittedAt === null ? null : (
                  <View className="small">{`${words.findings.submitted} ${dayWords(dateOf(row.submittedAt))} ${timeOf(row.submittedAt)}`}</View>
                )}
              </View>
            </Tap>
          );
        })}
      </View>
    </>
  );
}
