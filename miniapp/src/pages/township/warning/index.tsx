import { Text, Textarea, View } from '@tarojs/components';
import { useRouter } from '@tarojs/taro';
import { useState } from 'react';
import { api } from '../../../api/client';
import { dayWords, now } from '../../../api/clock';
import { sessionStore } from '../../../api/session';
import type { VisitRow, WarningStory } from '../../../api/types';
import { Fetched } from '../../../components/fetched';
import { open, toast } from '../../../components/go';
import { Button, Group, LinkRow, Notice, Screen, Tag, Tap } from '../../../components/kit';
import { useStore } from '../../../components/store';
import { refreshDuties } from '../../../offline/start';
import { uuid } from '../../../offline/uuid';
import { conducts } from '../roles';
import { words } from '../words';
import { clockWords } from '../home/warnings';
import '../../../components/finding.css';
import { saidBy } from '../../../components/said';

const SNOOZE_MS = 3 * 86_400_000;

/** A warning: why, on which rows it rests, what was done about it; closed only with an outcome. */
export default function WarningPage() {
  const { params } = useRouter();
  const id = params['id'] ?? '';
  return (
    <Fetched
      title={words.warnings.title}
      failed={words.warnings.failed}
      failedHow={words.warnings.failedHow}
      fetch={async () => ({ story: await api.warning(id), visits: (await api.visitsFor(id)).rows })}
    >
      {({ story, visits }, onChange) => (
        <Story story={story} visits={visits} onChange={(changed) => onChange({ story: changed, visits })} />
      )}
    </Fetched>
  );
}

interface Props {
  story: WarningStory;
  /** Those that answer it. */
  visits: readonly VisitRow[];
  onChange: (story: WarningStory) => void;
}

function Story({ story, visits, onChange }: Props) {
  const { person } = useStore(sessionStore);
  const [note, setNote] = useState('');
  const [outcome, setOutcome] = useState<string>();
  const [said, setSaid] = useState<string>();
  const [wish, setWish] = useState(uuid());
  const attempt = async (work: () => Promise<WarningStory>) => {
    setSaid(undefined);
    try {
      onChange(await work());
      setNote('');
      setWish(uuid());
      toast(words.warnings.done);
      void refreshDuties();
    } catch (error) {
      setSaid(saidBy(error));
    }
  };
  const close = () => {
    if (outcome === undefined) return setSaid(words.warnings.needOutcome);
    if (note.trim() === '') return setSaid(words.warnings.needNote);
    void attempt(() => api.closeWarning(story.id, { clientUuid: wish, outcome, note: note.trim() }));
  };
  const snooze = () => {
    if (note.trim() === '') return setSaid(words.warnings.snoozeHint);
    const until = new Date(now().getTime() + SNOOZE_MS).toISOString();
    void attempt(() => api.snooze(story.id, { clientUuid: wish, until, reason: note.trim() }));
  };
  const acknowledge = () => void attempt(() => api.acknowledge(story.id, { clientUuid: wish }));
  const closed = story.state === 'closed';
  const acknowledged = story.acknowledged !== null;
  const visited = visits.some(({ leftAt }) => leftAt !== null);
  return (
    <Screen
      title={story.enterprise?.name ?? story.subject.name}
      line={story.rule.name}
      inner
      foot={
        closed ? undefined : acknowledged ? (
          <>
            <Button onTap={close}>{words.warnings.close}</Button>
            <View className="small center">{words.warnings.closeHow}</View>
          </>
        ) : (
          <Button onTap={acknowledge}>{words.warnings.acknowledge}</Button>
        )
      }
    >
      <View className={`card ${story.level === 'major' && !closed ? 'framed-alert' : ''}`}>
        <View className="finding-tags">
          {closed ? (
            <Tag icon="done">{words.warnings.closed}</Tag>
          ) : acknowledged ? null : (
            <Tag icon="late" tone={story.overdue || story.level === 'major' ? 'alert' : 'care'}>
              {story.overdue ? words.warnings.late : words.warnings.by(clockWords(story.ackBy))}
            </Tag>
          )}
          {story.repeats > 0 ? <Tag icon="retry">{words.warnings.repeats(story.repeats)}</Tag> : null}
        </View>
        <View className="head">{story.reason}</View>
        {story.acknowledged === null ? null : (
          <View className="small">
            {words.warnings.acknowledged(story.acknowledged.by, clockWords(story.acknowledged.at))}
          </View>
        )}
        {story.closed === null ? null : (
          <View className="note">{`${words.warnings.outcomes[story.closed.outcome] ?? ''}：${story.closed.note}`}</View>
        )}
      </View>
      {story.enterprise === null ? null : (
        <View className="card flush">
          <LinkRow
            title={words.enterprise.whole}
            onTap={() => open('enterprise', { id: story.enterprise?.id ?? '' })}
          />
          {closed ? null : (
            <LinkRow
              title={words.warnings.visit}
              onTap={() => open('visit', { enterprise: story.enterprise?.id ?? '', warning: story.id })}
            />
          )}
          {!closed && story.level === 'major' && conducts(person) ? (
            <LinkRow
              title={words.supervision.openCase}
              onTap={() => open('case', { enterprise: story.enterprise?.id ?? '', warning: story.id })}
            />
          ) : null}
          {visits.map((visit) => (
            <LinkRow
              key={visit.id}
              title={`${words.visits.states[visit.state] ?? ''} ${dayWords(visit.plannedOn)} · ${visit.owner.name}`}
              onTap={() => open('visit', { id: visit.id })}
            />
          ))}
        </View>
      )}
      {said === undefined ? null : (
        <Notice icon="abnormal" tone="alert">
          {said}
        </Notice>
      )}
      <Group title={words.warnings.basis}>{words.warnings.count(story.count)}</Group>
      <View className="card flush">
        {story.evidence.map((line) => (
          <View key={`${line.type}${line.id}`} className="item plain">
            <Text className="note">{line.text}</Text>
          </View>
        ))}
      </View>
      {closed || !acknowledged ? null : (
        <View className="card">
          {visited ? <View className="note">{words.warnings.visited}</View> : null}
          <View className="field-name">{words.warnings.note}</View>
          <View className="choices wrap" style={{ marginBottom: '10px' }}>
            {Object.entries(words.warnings.outcomes).map(([code, name]) => (
              <Tap
                key={code}
                className={`choice ${outcome === code ? 'tinted' : ''}`}
                on={outcome === code}
                onTap={() => setOutcome(code)}
              >
                {name}
              </Tap>
            ))}
          </View>
          <Textarea
            className="field"
            value={note}
            maxlength={500}
            autoHeight
            placeholder={words.warnings.noteHint}
            placeholderClass="placeholder"
            {...(process.env['TARO_ENV'] === 'h5'
              ? { nativeProps: { 'aria-label': words.warnings.note } }
              : { ariaLabel: words.warnings.note })}
            onInput={(event) => setNote(event.detail.value)}
          />
          <Button kind="link" onTap={snooze}>
            {words.warnings.snooze}
          </Button>
        </View>
      )}
      <Group title={words.warnings.story} />
      <View className="card">
        <View className="steps">
          {story.steps.map((step, index) => (
            <View key={index} className={`step ${index === story.steps.length - 1 ? 'now' : ''}`}>
              <View className="strong">{words.warnings.steps[step.kind] ?? step.kind}</View>
              <View className="small">{[clockWords(step.at), step.by ?? ''].filter(Boolean).join(' · ')}</View>
              {step.note === '' ? null : <View className="note">{step.note}</View>}
            </View>
          ))}
        </View>
      </View>
    </Screen>
  );
}
