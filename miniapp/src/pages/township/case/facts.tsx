import { Text, View } from '@tarojs/components';
import { api } from '../../../api/client';
import { dateOf, dayWords } from '../../../api/clock';
import type { CaseStory, FactRows } from '../../../api/types';
import { open } from '../../../components/go';
import { Button, Group, Icon, Notice, Tap, type IconName } from '../../../components/kit';
import { clockWords } from '../home/warnings';
import { useMore } from '../more';
import { words } from '../words';

const say = words.cases;
type Fact = FactRows['rows'][number];

/** What a fact is about: its sign, and the page where the whole of it stands. */
const SUBJECTS: Readonly<
  Record<string, { icon: IconName; page?: 'verify' | 'warning' | 'visit' | 'stay'; byDay?: true }>
> = {
  report: { icon: 'send' },
  finding: { icon: 'wrench', page: 'verify' },
  warning: { icon: 'bell', page: 'warning' },
  visit: { icon: 'person', page: 'visit' },
  supervision: { icon: 'flag', page: 'stay' },
  penalty: { icon: 'doc', byDay: true },
  petition: { icon: 'doc', byDay: true },
  incident: { icon: 'abnormal' },
  notification: { icon: 'phone' },
};

/** What is known, the newest first; as it was handed over, once it was. */
export function Facts({ story, first }: { story: CaseStory; first: FactRows }) {
  const { rows, beyond, more } = useMore<Fact>(first, (cursor) => api.caseFacts(story.id, cursor));
  return (
    <>
      <Group title={say.facts}>{`${say.period} ${dayWords(story.from)}`}</Group>
      {first.frozen && story.factsSha256 !== null ? (
        <Notice icon="lock" tone="quiet">
          {say.frozen(story.factsSha256)}
        </Notice>
      ) : (
        <View className="small">{say.factsHow}</View>
      )}
      <View className="card flush">
        {rows.length === 0 ? <View className="item plain">{say.noFacts}</View> : null}
        {rows.map((row, index) => (
          <Row key={`${row.kind}${row.subject.id}${row.at}${index}`} row={row} />
        ))}
      </View>
      {beyond ? (
        <Button kind="second" onTap={() => void more()}>
          {say.more}
        </Button>
      ) : null}
    </>
  );
}

function Row({ row }: { row: Fact }) {
  const { type, id } = row.subject;
  const { icon = 'doc', page, byDay } = SUBJECTS[type] ?? {};
  const step = row.kind.startsWith(`${type}_`) ? stepOf(type, row.kind.slice(type.length + 1)) : undefined;
  const inside = (
    <>
      <Icon name={icon} size={20} />
      <View className="grow">
        <View className="item-title">
          <Text className="strong">{[say.kinds[type] ?? '', step ?? ''].filter(Boolean).join(' · ')}</Text>
        </View>
        <View className="note">{row.text}</View>
        <View className="small">
          {[byDay === true ? dayWords(dateOf(row.at)) : clockWords(row.at), row.who ?? ''].filter(Boolean).join(' · ')}
        </View>
      </View>
    </>
  );
  if (page === undefined) return <View className="item plain">{inside}</View>;
  return (
    <Tap className="item plain" onTap={() => open(page, { id })}>
      {inside}
    </Tap>
  );
}

/** The step of a finding, a warning or a stay, in the words of their own pages; of a record, its state. */
function stepOf(type: string, kind: string): string | undefined {
  if (type === 'finding') return words.findings.steps[kind];
  if (type === 'warning') return words.warnings.steps[kind];
  if (type === 'supervision') return words.supervision.steps[kind];
  return say.recordStates[kind];
}
