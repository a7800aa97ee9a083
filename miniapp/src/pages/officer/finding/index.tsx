import { Input, Text, Textarea, View } from '@tarojs/components';
import { useRouter } from '@tarojs/taro';
import { useState } from 'react';
import { api } from '../../../api/client';
import { dateOf, dayWords, plusDays, timeOf } from '../../../api/clock';
import { isTemporary } from '../../../api/http';
import { currentPerson } from '../../../api/session';
import type { FindingStory } from '../../../api/types';
import { Fetched } from '../../../components/fetched';
import { toast } from '../../../components/go';
import { Button, Group, Icon, Notice, Screen, Tap } from '../../../components/kit';
import { FindingPicture, FindingSteps, FindingSummary } from '../../../components/finding';
import { PhotoCanvas, PhotoThumb } from '../../../components/photo';
import { saidBy } from '../../../components/said';
import { useStore } from '../../../components/store';
import { StorageFull } from '../../../device/device';
import { corrections, correctionOf, dropCorrection, type Correction } from '../../../offline/corrections';
import { dropPhoto } from '../../../offline/photos';
import { refreshDay } from '../../../offline/start';
import { uploadFirst } from '../../../offline/sync';
import { uuid } from '../../../offline/uuid';
import { words } from '../../../words';
import { shootAt } from '../checklist/shoot';
import { Dates } from '../leave/index';

/** One finding: what was found, how much time is left, how it was put right, and everything that happened to it. */
export default function FindingPage() {
  const { params } = useRouter();
  const id = params['id'] ?? '';
  return (
    <Fetched
      title={words.findings.title}
      failed={words.findings.failed}
      failedHow={words.findings.failedHow}
      fetch={() => api.finding(id)}
      kept={`finding/${id}`}
    >
      {(story, onChange) => <Story story={story} onChange={onChange} />}
    </Fetched>
  );
}

function Story({ story, onChange }: { story: FindingStory; onChange: (story: FindingStory) => void }) {
  const { id, point, severity } = story;
  const kept = useStore(corrections.store).get(id);
  const correction = kept ?? correctionOf(id);
  const [said, setSaid] = useState<string>();
  const [busy, setBusy] = useState(false);
  const write = (change: Partial<Correction>) => {
    corrections.set(id, { ...correctionOf(id), ...change }).catch(() => setSaid(words.fill.notSaved));
  };
  const attempt = async (work: () => Promise<FindingStory>, done: string) => {
    if (busy) return;
    setBusy(true);
    setSaid(undefined);
    try {
      onChange(await work());
      toast(done);
      void refreshDay();
    } catch (error) {
      setSaid(isTemporary(error) ? words.findings.kept(saidBy(error)) : saidBy(error));
    } finally {
      setBusy(false);
    }
  };
  const shoot = async () => {
    try {
      const photo = await shootAt(
        { enterprise: story.enterprise.name, enterpriseId: story.enterprise.id, name: point.name, code: point.code },
        undefined,
      );
      if (photo === undefined) return;
      write({ photos: [...correctionOf(id).photos, { sha256: photo.sha256, when: 'after' }] });
    } catch (error) {
      setSaid(error instanceof StorageFull ? words.fill.fullHow : words.fill.cameraFailedHow);
    }
  };
  const submit = () => {
    const { clientUuid, note, photos: taken, cost, responsible } = correction;
    if (taken.length === 0) return setSaid(words.findings.needPhoto);
    if (note.trim() === '') return setSaid(words.findings.needNote);
    if (cost.trim() !== '' && !/^\d{1,9}(\.\d{1,2})?$/.test(cost.trim())) return setSaid(words.findings.badCost);
    void attempt(async () => {
      await uploadFirst(taken.map(({ sha256 }) => sha256));
      const fresh = await api.correct(id, {
        clientUuid,
        note: note.trim(),
        photos: taken,
        ...(cost.trim() === '' ? {} : { cost: Number(cost) }),
        ...(responsible.trim() === '' ? {} : { responsible: responsible.trim() }),
      });
      await dropCorrection(id);
      return fresh;
    }, words.findings.done);
  };
  const specialist = currentPerson()?.specialist?.name ?? words.who.specialist;
  const open = story.state === 'open';
  return (
    <Screen
      title={words.findings.title}
      line={`${point.name} ${point.code}`}
      inner
      foot={
        open ? (
          <>
            <Button kind={busy ? 'off' : ''} onTap={submit}>
              {busy
                ? words.findings.sending
                : severity === 'minor'
                  ? words.findings.submitMinor
                  : words.findings.submit(specialist)}
            </Button>
            <View className="small center">
              {severity === 'minor' ? words.findings.minorHow : words.findings.submitHow}
            </View>
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
      {open && severity === 'major' && story.containedAt === null ? <Contain story={story} onSend={attempt} /> : null}
      <Pictures
        story={story}
        correction={correction}
        onShoot={() => void shoot()}
        onDrop={(sha256) => {
          write({ photos: correction.photos.filter((photo) => photo.sha256 !== sha256) });
          void dropPhoto(sha256);
        }}
      />
      {open ? (
        <>
          <View className="card">
            <View className="field-name">{words.findings.how}</View>
            <Textarea
              className="field note-field"
              value={correction.note}
              maxlength={500}
              autoHeight
              placeholder={words.findings.howHint}
              placeholderClass="placeholder"
              {...named(words.findings.how)}
              onInput={(event) => write({ note: event.detail.value })}
            />
            <View
              className="field-name"
              style={{ marginTop: '12px' }}
            >{`${words.findings.responsible}（${words.findings.optional}）`}</View>
            <Input
              className="field"
              value={correction.responsible}
              maxlength={60}
              {...named(words.findings.responsible)}
              onInput={(event) => write({ responsible: event.detail.value })}
            />
            <View
              className="field-name"
              style={{ marginTop: '12px' }}
            >{`${words.findings.cost}（${words.findings.optional}）`}</View>
            <Input
              className="field"
              type="digit"
              value={correction.cost}
              maxlength={12}
              {...named(words.findings.cost)}
              onInput={(event) => write({ cost: event.detail.value })}
            />
          </View>
          <Extension story={story} onSend={attempt} />
        </>
      ) : null}
      <FindingSteps story={story} />
      <PhotoCanvas />
    </Screen>
  );
}

const named = (label: string): object =>
  process.env['TARO_ENV'] === 'h5' ? { nativeProps: { 'aria-label': label } } : { ariaLabel: label };

type Attempt = (work: () => Promise<FindingStory>, done: string) => Promise<void>;

/** A major finding is brought under control first. */
export function Contain({ story, onSend }: { story: FindingStory; onSend: Attempt }) {
  const [note, setNote] = useState('');
  const [wish] = useState(uuid());
  const [empty, setEmpty] = useState(false);
  const due = story.containDueAt ?? story.dueAt;
  return (
    <View className="card framed-alert">
      <View className="strong">{words.findings.contain}</View>
      <View className="note">{words.findings.containHow(dayWords(dateOf(due)), timeOf(due))}</View>
      <Textarea
        className="field"
        style={{ margin: '10px 0' }}
        value={note}
        maxlength={500}
        autoHeight
        placeholder={words.findings.containHint}
        placeholderClass="placeholder"
        {...named(words.findings.contain)}
        onInput={(event) => setNote(event.detail.value)}
      />
      {empty && note.trim() === '' ? <View className="hint ink-alert">{words.findings.needContain}</View> : null}
      <Button
        kind="second"
        onTap={() =>
          note.trim() === ''
            ? setEmpty(true)
            : void onSend(
                () => api.contain(story.id, { clientUuid: wish, note: note.trim(), photos: [] }),
                words.findings.contained,
              )
        }
      >
        {words.findings.containSend}
      </Button>
    </View>
  );
}

/** More time, once, with a reason. */
export function Extension({ story, onSend }: { story: FindingStory; onSend: Attempt }) {
  const due = dateOf(story.dueAt);
  const [asking, setAsking] = useState(false);
  const [reason, setReason] = useState('');
  const [empty, setEmpty] = useState(false);
  const [to, setTo] = useState(plusDays(due, 3));
  const [wish] = useState(uuid());
  const { state, to: until } = story.extension;
  if (state !== 'none') {
    const date = until === null ? '' : dayWords(until);
    return (
      <Notice icon="late" tone={state === 'refused' ? '' : 'quiet'}>
        {state === 'asked'
          ? words.findings.asked(date)
          : state === 'granted'
            ? words.findings.granted(date)
            : words.findings.refusedExtension}
      </Notice>
    );
  }
  return (
    <View className="card">
      <Tap className="row" onTap={() => setAsking(!asking)}>
        <Text>{words.findings.late}</Text>
        <Text className="small grow">{words.findings.lateHow}</Text>
        <Icon name={asking ? 'down' : 'right'} size={16} />
      </Tap>
      {asking ? (
        <>
          <Textarea
            className="field"
            style={{ margin: '10px 0' }}
            value={reason}
            maxlength={500}
            autoHeight
            placeholder={words.findings.lateHow}
            placeholderClass="placeholder"
            {...named(words.findings.lateHow)}
            onInput={(event) => setReason(event.detail.value)}
          />
          {empty && reason.trim() === '' ? <View className="hint ink-alert">{words.findings.needReason}</View> : null}
          <Dates from={due} to={to} onFrom={() => undefined} onTo={setTo} />
          <View style={{ marginTop: '10px' }}>
            <Button
              kind="second"
              onTap={() =>
                reason.trim() === ''
                  ? setEmpty(true)
                  : void onSend(
                      () => api.askExtension(story.id, { clientUuid: wish, reason: reason.trim(), to }),
                      words.findings.lateSend,
                    )
              }
            >
              {words.findings.lateSend}
            </Button>
          </View>
        </>
      ) : null}
    </View>
  );
}

interface PicturesProps {
  story: FindingStory;
  correction: Correction;
  onShoot: () => void;
  onDrop: (sha256: string) => void;
}

/** Before and after, side by side. */
function Pictures({ story, correction, onShoot, onDrop }: PicturesProps) {
  const sentAfter = story.steps.flatMap((step) => step.photos).filter(({ when }) => when === 'after');
  const open = story.state === 'open';
  if (story.before.length === 0 && sentAfter.length === 0 && !open) return null;
  return (
    <>
      <Group title={words.findings.pair}>{open ? words.findings.pairHow : ''}</Group>
      <View className="finding-pair">
        {story.before.map((photo) => (
          <FindingPicture key={photo.sha256} photo={photo} label={words.findings.beforeLabel} />
        ))}
        {sentAfter.map((photo) => (
          <FindingPicture key={photo.sha256} photo={photo} label={words.findings.afterLabel} />
        ))}
        {open
          ? correction.photos.map(({ sha256 }) => (
              <PhotoThumb key={sha256} hash={sha256} onTap={() => onDrop(sha256)} />
            ))
          : null}
        {open ? (
          <Tap className="photo-more" onTap={onShoot}>
            <Icon name="camera" />
            <Text>{words.findings.shootAfter}</Text>
          </Tap>
        ) : null}
      </View>
    </>
  );
}
