import { View } from '@tarojs/components';
import { useRouter } from '@tarojs/taro';
import { api } from '../../../api/client';
import { dateOf, dayWords, timeOf } from '../../../api/clock';
import { sessionStore } from '../../../api/session';
import type { CaseStory, FactRows } from '../../../api/types';
import { Fetched } from '../../../components/fetched';
import { open } from '../../../components/go';
import { Group, LinkRow, Pair, State, Tag } from '../../../components/kit';
import { useStore } from '../../../components/store';
import type { Trouble } from '../../../offline/day';
import { TroubleNote } from '../../officer/today/trouble';
import { clockWords } from '../home/warnings';
import { Steps } from '../parts';
import { conducts } from '../roles';
import { words } from '../words';
import { Act } from './act';
import { Begin } from './begin';
import { Facts } from './facts';

const say = words.cases;

interface Whole {
  story: CaseStory;
  facts: FactRows;
}

const wholeOf = async (id: string): Promise<Whole> => {
  const [story, facts] = await Promise.all([api.caseStory(id), api.caseFacts(id)]);
  return { story, facts };
};

/** One case: who has it, what is known, what comes next; or, without one, the form that opens it. */
export default function CasePage() {
  const { params } = useRouter();
  const id = params['id'];
  if (id === undefined || id === '') {
    return (
      <Begin
        enterpriseId={params['enterprise'] ?? ''}
        supervisionId={params['supervision']}
        warningId={params['warning']}
      />
    );
  }
  return (
    <Fetched
      title={say.title}
      failed={say.failed}
      failedHow={say.failedHow}
      fetch={() => wholeOf(id)}
      kept={`case/${id}`}
    >
      {(whole, onChange, trouble) => <Story whole={whole} trouble={trouble} onChange={onChange} />}
    </Fetched>
  );
}

interface Props {
  whole: Whole;
  trouble: Trouble | undefined;
  onChange: (whole: Whole) => void;
}

function Story({ whole, trouble, onChange }: Props) {
  const { story, facts } = whole;
  const { person } = useStore(sessionStore);
  const { supervisionId, warningId } = story;
  return (
    <Act
      story={story}
      may={conducts(person)}
      head={<Head story={story} trouble={trouble} />}
      // What is known belongs to the step: handed over it is another list.
      onDone={async (fresh) => onChange({ story: fresh, facts: await api.caseFacts(fresh.id).catch(() => facts) })}
    >
      <View className="card flush">
        <LinkRow title={words.enterprise.whole} onTap={() => open('enterprise', { id: story.enterprise.id })} />
        {supervisionId === null ? null : (
          <LinkRow title={say.supervision} onTap={() => open('stay', { id: supervisionId })} />
        )}
        {warningId === null ? null : <LinkRow title={say.warning} onTap={() => open('warning', { id: warningId })} />}
      </View>
      <Group title={say.story} />
      <Steps
        steps={story.steps.map((step) => ({
          title: say.steps[step.kind] ?? step.kind,
          line: [clockWords(step.at), step.by],
          note: step.kind === 'open' ? '' : step.note,
        }))}
      />
      <Facts story={story} first={facts} />
    </Act>
  );
}

function Head({ story, trouble }: { story: CaseStory; trouble: Trouble | undefined }) {
  return (
    <>
      {trouble === undefined ? null : <TroubleNote trouble={trouble} at={timeOf(story.at)} />}
      <View className={`card ${story.overdue ? 'framed-alert' : ''}`}>
        <View className="finding-tags">
          <Tag>{say.states[story.state] ?? ''}</Tag>
          {story.dueOn === null ? null : (
            <State icon="calendar" tone={story.overdue ? 'alert' : ''}>
              {story.overdue ? say.late : say.by(dayWords(story.dueOn))}
            </State>
          )}
        </View>
        <View className="head">{story.title}</View>
        <Pair name={say.owner}>{story.owner.name}</Pair>
        <Pair name={say.opened}>{dayWords(dateOf(story.openedAt))}</Pair>
        {story.documentNo === null ? null : <Pair name={say.documentNo}>{story.documentNo}</Pair>}
        {story.result === null ? null : <Pair name={say.result}>{say.results[story.result] ?? ''}</Pair>}
        {story.closedAt === null ? null : <Pair name={say.closed}>{dayWords(dateOf(story.closedAt))}</Pair>}
      </View>
    </>
  );
}
