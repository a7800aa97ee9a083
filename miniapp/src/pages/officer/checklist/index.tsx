import { Text, View } from '@tarojs/components';
import Taro, { useLoad, useRouter } from '@tarojs/taro';
import { useCallback, useMemo, useRef, useState } from 'react';
import { now, timeOf } from '../../../api/clock';
import { open, replace, restart } from '../../../components/go';
import { Button, Icon, Screen, Skeleton, StateCard, Tap } from '../../../components/kit';
import { PhotoCanvas } from '../../../components/photo';
import { useStore } from '../../../components/store';
import { NotAllowed, StorageFull, TooOld } from '../../../device/device';
import { gaps, isShown, lookOf, type DraftAnswer } from '../../../offline/checks';
import { drafts, type Draft } from '../../../offline/drafts';
import { submit } from '../../../offline/outbox';
import { ready } from '../../../offline/start';
import { sync, syncNow } from '../../../offline/sync';
import { words } from '../../../words';
import { shoot } from './shoot';
import { Ticks } from './ticks';
import { ItemCard } from './item-card';
import './checklist.css';

type Trouble = 'full' | 'camera' | 'too-old' | 'photo';

/** One card per item; each change is saved at once; a bar shows what is missing and jumps there. */
export default function Checklist() {
  const { params } = useRouter();
  const taskId = params['task'] ?? '';
  const draft = useStore(drafts.store).get(taskId);
  const [loaded, setLoaded] = useState(false);
  const [opened, setOpened] = useState<string>();
  const [trouble, setTrouble] = useState<Trouble>();
  const [unsaved, setUnsaved] = useState(false);
  const sending = useRef(false);
  useLoad(() => {
    void ready.then(() => setLoaded(true));
  });

  const save = useCallback(
    (change: (draft: Draft) => Draft) => {
      const before = drafts.get(taskId);
      if (before === undefined) return;
      const next = { ...change(before), savedAt: now().toISOString() };
      drafts.set(taskId, next).then(
        () => setUnsaved(false),
        () => setUnsaved(true),
      );
    },
    [taskId],
  );
  const answer = useCallback(
    (code: string, change: DraftAnswer) => {
      save((before) => ({ ...before, answers: { ...before.answers, [code]: { ...before.answers[code], ...change } } }));
    },
    [save],
  );
  const take = useCallback(
    async (code: string) => {
      const current = drafts.get(taskId);
      if (current === undefined) return;
      try {
        const photo = await shoot(current);
        if (photo === undefined) return;
        save((before) => ({
          ...before,
          photos: { ...before.photos, [code]: [...new Set([...(before.photos[code] ?? []), photo.sha256])] },
        }));
        setTrouble(undefined);
        void sync();
      } catch (error) {
        if (error instanceof StorageFull) setTrouble('full');
        else if (error instanceof NotAllowed) setTrouble('camera');
        else if (error instanceof TooOld) setTrouble('too-old');
        else setTrouble('photo');
      }
    },
    [taskId, save],
  );
  const shootItem = useCallback((code: string) => void take(code), [take]);
  const look = useCallback(
    (code: string, hash: string) => open('annotate', { task: taskId, code, photo: hash }),
    [taskId],
  );
  const toggle = useCallback((code: string) => setOpened((was) => (was === code ? undefined : code)), []);

  const items = useMemo(() => draft?.items.filter(isShown) ?? [], [draft?.items]);
  if (draft === undefined) {
    return (
      <Screen title={words.scan.title} inner>
        {loaded ? <Gone /> : <Skeleton rows={5} />}
      </Screen>
    );
  }
  const missing = gaps(draft.items, draft.answers, draft.photos);
  const send = async () => {
    if (sending.current) return;
    sending.current = true;
    try {
      await submit(draft);
      // The officer waits: also when the background has been failing, this is tried at once and again soon.
      syncNow();
      replace('sent', { report: draft.clientUuid });
    } catch (error) {
      sending.current = false;
      if (error instanceof StorageFull) setTrouble('full');
      else throw error;
    }
  };
  return (
    <Screen
      title={draft.point.name}
      line={`${draft.point.code} · ${draft.point.place}`}
      inner
      foot={
        <>
          <Ticks items={items} draft={draft} />
          <MainButton draft={draft} missing={missing} onJump={jump} onSend={() => void send()} />
        </>
      }
    >
      <View className="fill-line">
        <Place draft={draft} />
        <Text className={unsaved ? 'ink-alert' : ''}>
          {unsaved ? words.fill.notSaved : words.fill.saved(timeOf(draft.savedAt))}
        </Text>
      </View>
      {trouble === 'full' ? (
        <StateCard
          icon="save"
          tone="care"
          title={words.fill.full}
          acts={
            <Button small onTap={() => open('outbox')}>
              {words.fill.toOutbox}
            </Button>
          }
        >
          {words.fill.fullHow}
        </StateCard>
      ) : null}
      {trouble === 'camera' ? (
        <StateCard icon="camera" tone="care" title={words.fill.cameraFailed}>
          {words.fill.cameraFailedHow}
        </StateCard>
      ) : null}
      {trouble === 'too-old' ? (
        <StateCard icon="camera" tone="care" title={words.fill.tooOld}>
          {words.fill.tooOldHow}
        </StateCard>
      ) : null}
      {trouble === 'photo' ? (
        <StateCard icon="camera" tone="alert" title={words.fill.photoFailed}>
          {words.fill.photoFailedHow}
        </StateCard>
      ) : null}
      {items.map((item, index) => (
        // A place of its own: a card that folds is replaced, and that must not send all the other cards again.
        <View key={item.code}>
          <ItemCard
            item={item}
            number={index + 1}
            answer={draft.answers[item.code]}
            photos={draft.photos[item.code]}
            lastAt={draft.lastAt}
            open={opened === item.code}
            onAnswer={answer}
            onShoot={shootItem}
            onLook={look}
            onToggle={toggle}
          />
        </View>
      ))}
      <PhotoCanvas />
    </Screen>
  );
}

function jump(code: string): void {
  void Taro.pageScrollTo({ selector: `#item-${code}`, offsetTop: -70, duration: 200 });
}

function Place({ draft }: { draft: Draft }) {
  const { distanceM, fenceM } = draft;
  const near = distanceM !== null && distanceM <= fenceM;
  return (
    <View className={`fill-place ${near ? '' : 'ink-care'}`}>
      <Icon name={near ? 'done' : 'pin'} size={18} />
      <Text>
        {`${words.fill.scannedAt(timeOf(draft.scan.scannedAt))}，${
          distanceM === null
            ? words.fill.noPlace
            : near
              ? words.fill.here
              : words.fill.away(words.today.about(distanceM))
        }`}
      </Text>
    </View>
  );
}

interface MainProps {
  draft: Draft;
  missing: ReturnType<typeof gaps>;
  onJump: (code: string) => void;
  onSend: () => void;
}

/** The one filled button: jumps to what is missing, or sends. */
function MainButton({ draft, missing, onJump, onSend }: MainProps) {
  const [first] = missing;
  if (first !== undefined) {
    const numbers = (what: string) => missing.filter((gap) => gap.what === what).map((gap) => gap.number);
    const few = (list: number[]) => (list.length > 6 ? `${list.slice(0, 6).join('、')} 等` : list.join('、'));
    return (
      <Tap className="main-button" onTap={() => onJump(first.code)}>
        <View className="grow">
          <View className="scan-bar-title">{words.fill.missing(missing.length)}</View>
          <View className="scan-bar-line">
            {words.fill.missingItems(few(numbers('answer')), few(numbers('note')), few(numbers('photo')))}
          </View>
        </View>
        <Icon name="right" size={20} />
      </Tap>
    );
  }
  const shown = draft.items.filter(isShown);
  const abnormal = shown.filter((item) => lookOf(item, draft.answers[item.code]) === 'abnormal').length;
  const taken = Object.values(draft.photos).flat().length;
  return (
    <Tap className="main-button" onTap={onSend}>
      <View className="grow">
        <View className="scan-bar-title">{words.fill.submit}</View>
        <View className="scan-bar-line">{words.fill.submitHow(shown.length - abnormal, abnormal, taken)}</View>
      </View>
      <Icon name="check" size={28} />
    </Tap>
  );
}

function Gone() {
  return (
    <StateCard
      icon="done"
      title={words.fill.gone}
      acts={
        <Button small onTap={() => restart('today')}>
          {words.scan.toToday}
        </Button>
      }
    >
      {words.fill.goneHow}
    </StateCard>
  );
}
