import { Text, View } from '@tarojs/components';
import { useState } from 'react';
import { api } from '../../../api/client';
import { dateOf, dayWords, timeOf } from '../../../api/clock';
import type { VisitStory } from '../../../api/types';
import { FindingPicture } from '../../../components/finding';
import { toast } from '../../../components/go';
import { Button, Group, Notice, Pair, Screen, State, Tag, Tap } from '../../../components/kit';
import { uuid } from '../../../offline/uuid';
import { emptyDraft } from '../../../offline/visits';
import { Field } from '../../../components/field';
import { saidBy } from '../../../components/said';
import { visits } from '../kept';
import { words } from '../words';
import { beginAtDoor } from './door';

const say = words.visits;

interface Props {
  story: VisitStory;
  onChange: (story: VisitStory) => void;
}

/** A visit as the server has it, and the step that comes next. */
export function Story({ story, onChange }: Props) {
  const [note, setNote] = useState('');
  // By place in the list: what is shown first may be older than what was agreed.
  const [verdicts, setVerdicts] = useState<Readonly<Record<number, boolean>>>({});
  const [said, setSaid] = useState<string>();
  const [wish] = useState(uuid());
  const attempt = async (work: () => Promise<VisitStory>, done: string) => {
    setSaid(undefined);
    try {
      onChange(await work());
      toast(done);
      void visits.refresh();
    } catch (error) {
      setSaid(saidBy(error));
    }
  };
  const begin = async () => {
    const { id, enterprise, purpose } = story;
    setSaid(await beginAtDoor(id, emptyDraft(enterprise, { visitId: id, purpose })));
  };
  const cancel = () => {
    if (note.trim() === '') return setSaid(say.needReason);
    void attempt(() => api.cancelVisit(story.id, { clientUuid: wish, reason: note.trim() }), say.cancelled);
  };
  const finish = () => {
    const given = story.agreed.flatMap((_, index) => {
      const done = verdicts[index];
      return done === undefined ? [] : [{ done }];
    });
    if (given.length < story.agreed.length || note.trim() === '') return setSaid(say.needFollow);
    void attempt(
      () => api.followUpVisit(story.id, { clientUuid: wish, note: note.trim(), agreed: given }),
      say.finished,
    );
  };
  return (
    <Screen
      title={say.title}
      line={story.enterprise.name}
      inner
      foot={
        story.state === 'planned' ? (
          <>
            <Button icon="scan" onTap={() => void begin()}>
              {say.startNow}
            </Button>
            <Button kind="link" onTap={cancel}>
              {say.cancel}
            </Button>
          </>
        ) : story.state === 'recorded' ? (
          <Button onTap={finish}>{say.finish}</Button>
        ) : undefined
      }
    >
      {said === undefined ? null : (
        <Notice icon="abnormal" tone="alert">
          {said}
        </Notice>
      )}
      <View className="card">
        <View className="finding-tags">
          <Tag {...(story.overdue ? { icon: 'late', tone: 'alert' } : {})}>
            {story.overdue ? say.late : (say.states[story.state] ?? '')}
          </Tag>
          {story.overrideReason === null ? null : <Tag icon="pause">{say.override(story.overrideReason)}</Tag>}
        </View>
        <View className="head">{story.purpose}</View>
        <View className="small">
          {[
            story.owner.name,
            story.leftAt === null ? say.on(dayWords(story.plannedOn)) : dayWords(dateOf(story.leftAt)),
            story.leftAt === null || story.arrivedAt === null
              ? ''
              : say.stay(timeOf(story.arrivedAt), timeOf(story.leftAt)),
          ]
            .filter(Boolean)
            .join(' · ')}
        </View>
      </View>
      <Record story={story} />
      {story.state === 'recorded' ? (
        <>
          <Group title={say.follow}>{say.followHow}</Group>
          <View className="card">
            {story.agreed.map((each, index) => (
              <View key={each.text} style={{ marginBottom: '12px' }}>
                <View>{words.enterprise.agreed(dayWords(each.by), each.text)}</View>
                <View className="choices">
                  {[true, false].map((done) => (
                    <Tap
                      key={String(done)}
                      className={`choice ${verdicts[index] === done ? 'tinted' : ''}`}
                      on={verdicts[index] === done}
                      onTap={() => setVerdicts({ ...verdicts, [index]: done })}
                    >
                      {done ? say.done : say.notDone}
                    </Tap>
                  ))}
                </View>
              </View>
            ))}
            <Field name={say.followNote} hint={say.followHint} value={note} onInput={setNote} />
          </View>
        </>
      ) : null}
      {story.state === 'planned' ? (
        <View className="card">
          <Field name={say.cancel} hint={say.cancelHint} value={note} onInput={setNote} />
        </View>
      ) : null}
      <Result story={story} />
      <Group title={say.story} />
      <View className="card">
        <View className="steps">
          {story.steps.map((step, index) => (
            <View key={step.at} className={`step ${index === story.steps.length - 1 ? 'now' : ''}`}>
              <View className="strong">{say.steps[step.kind] ?? step.kind}</View>
              <View className="small">{`${dayWords(dateOf(step.at))} ${timeOf(step.at)} · ${step.by}`}</View>
              {step.note === '' || step.kind === 'plan' ? null : <View className="note">{step.note}</View>}
            </View>
          ))}
        </View>
      </View>
    </Screen>
  );
}

/** What was written down on the spot. */
function Record({ story }: { story: VisitStory }) {
  if (story.leftAt === null) return null;
  const ended = story.state === 'followed_up';
  return (
    <>
      {story.photos.length === 0 ? null : (
        <View className="finding-pair">
          {story.photos.map((photo) => (
            <FindingPicture key={photo.sha256} photo={photo} label={say.photos} />
          ))}
        </View>
      )}
      <View className="card">
        {story.taught === null ? null : <Pair name={say.taught}>{story.taught}</Pair>}
        {story.lacks === null ? null : <Pair name={say.lacks}>{story.lacks}</Pair>}
        {story.internalNote === null ? null : <Pair name={say.internal}>{story.internalNote}</Pair>}
      </View>
      {!ended || story.agreed.length === 0 ? null : (
        <View className="card flush">
          {story.agreed.map((each) => (
            <View key={each.text} className="item plain middle">
              <View className="grow">
                <View>{each.text}</View>
                {each.note === null ? null : <View className="small">{each.note}</View>}
              </View>
              <State icon={each.done === true ? 'done' : 'late'} tone={each.done === true ? 'brand' : 'care'}>
                {each.done === true ? say.done : say.notDone}
              </State>
            </View>
          ))}
        </View>
      )}
    </>
  );
}

/** What changed, before and after. */
function Result({ story }: { story: VisitStory }) {
  if (story.result === null) return null;
  const { days, before, after } = story.result;
  return (
    <>
      <Group title={say.result}>{say.resultHow(days)}</Group>
      <View className="card">
        <Pair name={say.completion}>
          {say.beforeAfter(say.ofDue(before.done, before.due), say.ofDue(after.done, after.due))}
        </Pair>
        <Pair name={say.findings}>
          <Text>{say.beforeAfter(String(before.findings), String(after.findings))}</Text>
        </Pair>
      </View>
    </>
  );
}
