import { Textarea, View } from '@tarojs/components';
import { useRouter } from '@tarojs/taro';
import { useState } from 'react';
import { api } from '../../../api/client';
import { dayWords } from '../../../api/clock';
import type { FindingStory } from '../../../api/types';
import { FindingPicture, isBad, FindingSteps, FindingSummary } from '../../../components/finding';
import { Fetched } from '../../../components/fetched';
import { toast } from '../../../components/go';
import { Button, Group, Notice, Screen } from '../../../components/kit';
import { saidBy } from '../../../components/said';
import { device } from '../../../device/platform';
import { duties } from '../../../offline/day';
import { uuid } from '../../../offline/uuid';
import { words } from '../words';

/** A correction, with everything that shows it; passed or sent back with a reason. A major one only at its door. */
export default function VerifyPage() {
  const { params } = useRouter();
  const id = params['id'] ?? '';
  return (
    <Fetched
      title={words.township.title}
      failed={words.township.failed}
      failedHow={words.township.failedHow}
      fetch={() => api.finding(id)}
    >
      {(story, onChange) => <Verify story={story} onChange={onChange} />}
    </Fetched>
  );
}

function Verify({ story, onChange }: { story: FindingStory; onChange: (story: FindingStory) => void }) {
  const [note, setNote] = useState('');
  const [said, setSaid] = useState<string>();
  // One wish is one step, however often the button is touched; a new one after each answer.
  const [wish, setWish] = useState(uuid());
  const major = story.severity === 'major';
  const attempt = async (work: () => Promise<FindingStory | undefined>, done: string) => {
    if (note.trim() === '') return setSaid(words.township.needNote);
    setSaid(undefined);
    try {
      const fresh = await work();
      if (fresh === undefined) return;
      onChange(fresh);
      setNote('');
      setWish(uuid());
      toast(done);
      void duties.refresh();
    } catch (error) {
      setSaid(saidBy(error));
    }
  };
  const verify = (passed: boolean) =>
    attempt(
      async () => {
        const token = passed && onSite ? await device.scan() : undefined;
        if (passed && onSite && token === undefined) return undefined;
        return api.verify(story.id, {
          clientUuid: wish,
          passed,
          note: note.trim(),
          ...(token === undefined ? {} : { token }),
        });
      },
      passed ? words.township.passed : words.township.rejected,
    );
  const decide = (granted: boolean) =>
    attempt(
      () => api.decideExtension(story.id, { clientUuid: wish, granted, note: note.trim() }),
      words.township.granted,
    );
  const waiting = story.state === 'submitted' && story.severity !== 'minor';
  const asked = story.extension.state === 'asked' && story.state !== 'closed';
  const last = story.steps.filter((step) => step.kind === 'submitted').slice(-1)[0];
  const unchecked = last?.photos.filter(({ state }) => state === 'waiting').length ?? 0;
  const bad = last?.photos.filter(isBad).length ?? 0;
  // What a photo cannot show, the specialist sees on the spot.
  const onSite = major || bad > 0;
  const pictures = story.steps.flatMap((step) => step.photos);
  return (
    <Screen
      title={story.enterprise.name}
      line={`${story.point.name} ${story.point.code} · ${story.officer.name}`}
      inner
      foot={
        waiting ? (
          <>
            <Button {...(onSite ? { icon: 'scan' as const } : {})} onTap={() => void verify(true)}>
              {onSite ? words.township.passOnSite : words.township.pass}
            </Button>
            <Button kind="link" onTap={() => void verify(false)}>
              {words.township.reject}
            </Button>
          </>
        ) : asked ? (
          <>
            <Button onTap={() => void decide(true)}>{words.township.grant}</Button>
            <Button kind="link" onTap={() => void decide(false)}>
              {words.township.refuse}
            </Button>
          </>
        ) : undefined
      }
    >
      <FindingSummary story={story} />
      {said === undefined ? null : (
        <Notice icon="abnormal" tone="alert">
          {said}
        </Notice>
      )}
      {waiting && bad > 0 ? (
        <Notice icon="abnormal" tone="alert">
          {words.photoCheck.someBad(bad)}
        </Notice>
      ) : waiting && unchecked > 0 ? (
        <Notice icon="late">{words.photoCheck.someWaiting(unchecked)}</Notice>
      ) : null}
      {asked ? <Notice icon="late">{words.township.wishes(dayWords(story.extension.to ?? ''))}</Notice> : null}
      {story.before.length + pictures.length === 0 ? null : (
        <>
          <Group title={words.findings.pair} />
          <View className="finding-pair">
            {story.before.map((photo) => (
              <FindingPicture key={photo.sha256} photo={photo} label={words.findings.beforeLabel} />
            ))}
            {pictures.map((photo) => (
              <FindingPicture
                key={photo.sha256}
                photo={photo}
                label={photo.when === 'after' ? words.findings.afterLabel : words.findings.beforeLabel}
              />
            ))}
          </View>
        </>
      )}
      {last === undefined ? null : (
        <View className="card">
          <View className="field-name">{words.township.correction}</View>
          <View>{last.note}</View>
          <View className="small">
            {[
              last.responsible === null ? '' : words.township.responsible(last.responsible),
              last.cost === null ? '' : words.township.cost(last.cost),
            ]
              .filter(Boolean)
              .join(' · ')}
          </View>
        </View>
      )}
      {waiting || asked ? (
        <View className="card">
          <View className="field-name">{words.township.note}</View>
          <Textarea
            className="field"
            value={note}
            maxlength={500}
            autoHeight
            placeholder={words.township.noteHint}
            placeholderClass="placeholder"
            {...(process.env['TARO_ENV'] === 'h5'
              ? { nativeProps: { 'aria-label': words.township.note } }
              : { ariaLabel: words.township.note })}
            onInput={(event) => setNote(event.detail.value)}
          />
          {waiting && major ? <View className="small">{words.township.scanHow}</View> : null}
        </View>
      ) : null}
      <FindingSteps story={story} />
    </Screen>
  );
}
