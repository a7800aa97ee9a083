import { Text, View } from '@tarojs/components';
import { useRouter } from '@tarojs/taro';
import { useState } from 'react';
import { api } from '../../../api/client';
import { dateOf, dayWords, timeOf } from '../../../api/clock';
import { sessionStore } from '../../../api/session';
import type { StayStory } from '../../../api/types';
import { Fetched } from '../../../components/fetched';
import { Field } from '../../../components/field';
import { open, toast } from '../../../components/go';
import { Button, Group, LinkRow, Notice, Pair, Screen, State, Tap } from '../../../components/kit';
import { useStore } from '../../../components/store';
import { NotAllowed } from '../../../device/device';
import { device } from '../../../device/platform';
import type { Trouble } from '../../../offline/day';
import { uuid } from '../../../offline/uuid';
import { TroubleNote } from '../../officer/today/trouble';
import { clockWords } from '../home/warnings';
import { stays } from '../kept';
import { Steps } from '../parts';
import { conducts, decides } from '../roles';
import { saidBy } from '../../../components/said';
import { proposerOf, StayState } from '../stays';
import { words } from '../words';
import { Propose } from './propose';

const say = words.supervision;
const PLACE_WAIT_MS = 3000;

/** One stay under key supervision; or, without one, the proposal of an enterprise. */
export default function StayPage() {
  const { params } = useRouter();
  const id = params['id'];
  if (id === undefined || id === '') return <Propose enterpriseId={params['enterprise'] ?? ''} />;
  return (
    <Fetched
      title={say.title}
      failed={say.failed}
      failedHow={say.failedHow}
      fetch={() => api.stay(id)}
      kept={`stay/${id}`}
    >
      {(story, onChange, trouble) => <Story story={story} trouble={trouble} onChange={onChange} />}
    </Fetched>
  );
}

interface Props {
  story: StayStory;
  trouble: Trouble | undefined;
  onChange: (story: StayStory) => void;
}

function Story({ story, trouble, onChange }: Props) {
  const { person } = useStore(sessionStore);
  const [note, setNote] = useState('');
  const [said, setSaid] = useState<string>();
  // One wish is one step, however often the button is touched; a new one after each answer.
  const [wish, setWish] = useState(uuid());
  const deciding = story.state === 'proposed' && decides(person);
  const checking = story.state === 'checking' && conducts(person);
  const attempt = async (work: () => Promise<StayStory | undefined>) => {
    setSaid(undefined);
    try {
      const fresh = await work();
      if (fresh === undefined) return;
      onChange(fresh);
      setNote('');
      setWish(uuid());
      toast(say.done);
      void stays.refresh();
    } catch (error) {
      setSaid(error instanceof NotAllowed ? say.noCamera : saidBy(error));
    }
  };
  const decide = (decision: 'confirm' | 'reject') => {
    if (note.trim() === '') return setSaid(say.needNote);
    void attempt(() => api.decideStay(story.id, decision, { clientUuid: wish, note: note.trim() }));
  };
  const check = (passed: boolean) => {
    if (note.trim() === '') return setSaid(say.needCheck);
    void attempt(async () => {
      const token = await device.scan();
      if (token === undefined) return undefined;
      const position = await device.position(PLACE_WAIT_MS).catch(() => undefined);
      return api.checkStay(story.id, {
        clientUuid: wish,
        passed,
        note: note.trim(),
        token,
        ...(position === undefined ? {} : { position }),
      });
    });
  };
  return (
    <Screen
      title={story.enterprise.name}
      line={say.title}
      inner
      foot={
        deciding ? (
          <>
            <Button onTap={() => decide('confirm')}>{say.confirm}</Button>
            <Button kind="link" onTap={() => decide('reject')}>
              {say.reject}
            </Button>
          </>
        ) : checking ? (
          <>
            <Button icon="scan" onTap={() => check(true)}>
              {say.pass}
            </Button>
            <Button kind="link" onTap={() => check(false)}>
              {say.fail}
            </Button>
          </>
        ) : undefined
      }
    >
      {trouble === undefined ? null : <TroubleNote trouble={trouble} at={timeOf(story.at)} />}
      {said === undefined ? null : (
        <Notice icon="abnormal" tone="alert">
          {said}
        </Notice>
      )}
      <View className={`card ${story.overdue ? 'framed-alert' : ''}`}>
        <StayState row={story} />
        <View className="head">{story.reason}</View>
        <View className="small">{`${proposerOf(story)} · ${dayWords(dateOf(story.proposedAt))}`}</View>
        {story.confirmedAt === null ? null : <Pair name={say.since}>{dayWords(dateOf(story.confirmedAt))}</Pair>}
        {story.endedAt === null ? <View className="note">{say.exit(story.exit)}</View> : null}
      </View>
      {deciding || checking ? (
        <View className="card">
          <Field
            name={deciding ? say.note : say.check}
            hint={deciding ? say.noteHint : say.checkHint}
            value={note}
            onInput={setNote}
          />
          <View className="small">{deciding ? say.confirmHow : say.checkHow}</View>
        </View>
      ) : null}
      <Behind story={story} />
      <View className="card flush">
        <LinkRow title={words.enterprise.whole} onTap={() => open('enterprise', { id: story.enterprise.id })} />
        {conducts(person) && story.endedAt === null ? (
          <LinkRow
            title={say.openCase}
            onTap={() => open('case', { enterprise: story.enterprise.id, supervision: story.id })}
          />
        ) : null}
      </View>
      <Group title={say.story} />
      <Steps
        steps={story.steps.map((step) => ({
          title: step.passed === null ? (say.steps[step.kind] ?? step.kind) : say.checked(step.passed),
          line: [clockWords(step.at), step.by ?? '', step.door === null ? '' : say.door(step.door)],
          note: step.note,
        }))}
      />
    </Screen>
  );
}

/** The findings it rests on, and what the enterprise knows of it. */
function Behind({ story }: { story: StayStory }) {
  return (
    <>
      {story.findings.length === 0 ? null : (
        <>
          <Group title={say.basis}>{words.warnings.count(story.findings.length)}</Group>
          <View className="card flush">
            {story.findings.map((row) => (
              <Tap key={row.id} className="item plain middle" onTap={() => open('verify', { id: row.id })}>
                <View className="grow">
                  <View>{row.item}</View>
                  <View className="small">
                    {`${words.findings.severity(words.fill.levels[row.severity] ?? '')} · ${say.due(dayWords(dateOf(row.dueAt)))}`}
                  </View>
                </View>
                <State
                  icon={row.state === 'closed' ? 'done' : row.state === 'open' ? 'late' : 'todo'}
                  tone={row.state === 'open' ? 'alert' : ''}
                >
                  {say.findingStates[row.state] ?? ''}
                </State>
              </Tap>
            ))}
          </View>
        </>
      )}
      {story.told.length === 0 ? null : (
        <>
          <Group title={say.told} />
          <View className="card flush">
            {story.told.map((row, index) => (
              <View key={`${row.name}${row.at}${index}`} className="item plain middle">
                <View className="grow">
                  <Text>{row.name}</Text>
                  <View className="small">{say.toldAt(clockWords(row.at))}</View>
                </View>
                <State icon={row.readAt === null ? 'late' : 'done'} tone={row.readAt === null ? 'care' : 'brand'}>
                  {row.readAt === null ? say.unread : say.readAt(clockWords(row.readAt))}
                </State>
              </View>
            ))}
          </View>
        </>
      )}
    </>
  );
}
