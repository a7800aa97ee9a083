import { Text, View } from '@tarojs/components';
import { useLoad } from '@tarojs/taro';
import { useEffect, useState } from 'react';
import { dateOf, now, timeOf } from '../../../api/clock';
import { open, restart, toast } from '../../../components/go';
import { Button, LinkRow, Notice, Screen, Sheet, State, StateCard, Tile, typeIcon } from '../../../components/kit';
import { useHeld, useSending } from '../../../components/sending';
import { useStore } from '../../../components/store';
import type { Space } from '../../../device/device';
import { device } from '../../../device/platform';
import {
  discard,
  isStuck,
  mend,
  outbox,
  photosSent,
  queue,
  sent,
  sizeOf,
  type Outgoing,
} from '../../../offline/outbox';
import { photos } from '../../../offline/photos';
import { ready } from '../../../offline/start';
import { syncNow, syncStore } from '../../../offline/sync';
import { uuid } from '../../../offline/uuid';
import { words } from '../../../words';
import { ExpiredCard } from '../today/trouble';
import './outbox.css';

const PHOTO_BYTES = 260_000;

export const sizeWords = (bytes: number) =>
  bytes < 1_000_000 ? `${Math.max(1, Math.round(bytes / 1000))} KB` : `${(bytes / 1_000_000).toFixed(1)} MB`;

/** Everything that the server has not confirmed, with its reason. Nothing leaves here without a receipt or a wish. */
export default function OutboxPage() {
  const all = [...useStore(outbox.store).values()].sort((a, b) => a.queuedAt.localeCompare(b.queuedAt));
  useStore(photos.store);
  const lost = [...useStore(sent.store).values()].filter(({ receipt }) =>
    receipt.photos.some(({ state }) => state === 'missing' || state === 'broken'),
  );
  const state = useStore(syncStore);
  const held = useHeld();
  const { trouble, how } = useSending();
  const [online, setOnline] = useState(true);
  const [space, setSpace] = useState<Space>();
  const [leaving, setLeaving] = useState<Outgoing>();
  useLoad(() => {
    void ready.then(syncNow);
  });
  useEffect(() => {
    void device.online().then(setOnline, () => undefined);
    void device.space().then(setSpace, () => undefined);
  }, [state.busy, all.length]);
  const order = queue();
  const used = all.reduce((sum, each) => sum + sizeOf(each), 0);
  return (
    <Screen
      title={words.outbox.title}
      line={words.sending.held(held)}
      inner
      foot={
        all.length === 0 && held.photos === 0 ? undefined : (
          <>
            <Button icon="retry" kind={state.busy ? 'off' : ''} onTap={syncNow}>
              {state.busy ? words.outbox.sending : words.outbox.sendNow}
            </Button>
            {state.lastTryAt === undefined || state.busy ? null : (
              <View className="small center">
                {trouble === undefined
                  ? ''
                  : words.outbox.lastTry(timeOf(state.lastTryAt), words.errors.causes[trouble])}
                {state.nextTryAt === undefined ? '' : words.outbox.nextTry(timeOf(state.nextTryAt))}
              </View>
            )}
          </>
        )
      }
    >
      {trouble === 'expired' ? <ExpiredCard /> : null}
      {!online && all.length > 0 ? (
        <Notice icon="offline" title={words.outbox.offline}>
          {words.outbox.offlineHow(how)}
        </Notice>
      ) : null}
      {all.length === 0 && lost.length === 0 && held.photos === 0 ? (
        <StateCard
          icon="done"
          title={words.outbox.empty}
          acts={
            <Button small kind="second" onTap={() => restart('today')}>
              {words.scan.toToday}
            </Button>
          }
        >
          {words.outbox.emptyHow}
        </StateCard>
      ) : null}
      {all.map((each) => (
        <OutgoingCard
          key={each.report.clientUuid}
          outgoing={each}
          place={order.findIndex((one) => one.report.clientUuid === each.report.clientUuid) + 1}
          busy={state.busy}
          how={how}
          onDiscard={() => setLeaving(each)}
        />
      ))}
      {lost.map(({ receipt, draft }) => (
        <StateCard key={receipt.clientUuid} icon="camera" tone="care" title={`${draft.point.name} ${draft.point.code}`}>
          {words.outbox.photosOnly(
            receipt.photos.filter(({ state: each }) => each === 'missing' || each === 'broken').length,
          )}
        </StateCard>
      ))}
      {space === undefined ? null : (
        <View className="card flush">
          <View className="item middle">
            <Tile icon="save" tone="quiet" />
            <View className="grow">
              <View>{words.outbox.storage}</View>
              <View className="small">
                {words.outbox.storageHow(sizeWords(used), Math.floor(space.left / PHOTO_BYTES))}
              </View>
            </View>
          </View>
          {all.length === 0 ? null : (
            <LinkRow
              icon="download"
              title={words.outbox.export}
              line={words.outbox.exportHow}
              onTap={() => void exportAll(all)}
            />
          )}
        </View>
      )}
      {leaving === undefined ? null : (
        <Sheet onClose={() => setLeaving(undefined)}>
          <View className="head">{words.outbox.discard}</View>
          <View className="note" style={{ margin: '8px 0 16px' }}>
            {words.outbox.discardAsk}
          </View>
          <Button kind="alert" onTap={() => void discard(leaving).then(() => setLeaving(undefined))}>
            {words.outbox.discardYes}
          </Button>
          <Button kind="link" onTap={() => setLeaving(undefined)}>
            {words.common.keep}
          </Button>
        </Sheet>
      )}
    </Screen>
  );
}

/** Reports as text, photos left out: their hashes say which ones belong to it. */
async function exportAll(all: readonly Outgoing[]): Promise<void> {
  const text = JSON.stringify(
    { app: words.app, reports: all.map(({ report, refusal }) => ({ report, refusal })) },
    null,
    1,
  );
  await device.exportFile(`outbox-${dateOf(now())}.json`, text);
  toast(words.outbox.exported);
}

interface CardProps {
  outgoing: Outgoing;
  /** In the queue, from 1; 0 when it does not wait to be sent. */
  place: number;
  busy: boolean;
  /** What it waits for. */
  how: string;
  onDiscard: () => void;
}

function OutgoingCard({ outgoing, place, busy, how, onDiscard }: CardProps) {
  const { draft, report, refusal, conflict } = outgoing;
  const { done, all } = photosSent(outgoing);
  const stuck = isStuck(outgoing);
  const half = done > 0 && done < all;
  return (
    <View className={`card ${stuck ? 'framed-alert' : ''}`}>
      <View className="row" style={{ alignItems: 'flex-start' }}>
        <Tile icon={typeIcon(draft.point.type)} tone={stuck ? 'alert' : 'quiet'} />
        <View className="grow">
          <View className="item-title">
            <Text>{draft.point.name}</Text>
            <Text className="item-code">{draft.point.code}</Text>
            {stuck ? (
              <State icon="abnormal" tone="alert">
                {words.outbox.refused}
              </State>
            ) : (
              <State icon="send" tone="care">
                {busy && place === 1 ? words.outbox.sending : half ? words.outbox.half : words.outbox.queued(place)}
              </State>
            )}
          </View>
          <View className="small">{words.outbox.filled(timeOf(report.filledAt), sizeWords(sizeOf(outgoing)))}</View>
        </View>
      </View>
      {stuck || all === 0 ? null : (
        <>
          <View className="bar">
            <View className="bar-done" style={{ width: `${(done / all) * 100}%` }} />
          </View>
          <View className="small">{words.outbox.progress(done, all, how)}</View>
        </>
      )}
      {conflict === undefined ? null : (
        <>
          <View className="note outbox-reason">{words.outbox.conflict(conflict.by, timeOf(conflict.at))}</View>
          <View className="acts even">
            <Button small kind="second" onTap={() => open('report', { id: conflict.reportId })}>
              {words.outbox.compare}
            </Button>
            <Button small kind="second" onTap={onDiscard}>
              {words.outbox.discard}
            </Button>
          </View>
        </>
      )}
      {refusal === undefined ? null : (
        <>
          <View className="note outbox-reason">{refusal.message}</View>
          <View className="small">{words.common.requestId(refusal.requestId)}</View>
          <View className="acts even" style={{ marginTop: '10px' }}>
            <Button
              small
              kind="second"
              onTap={() => void mend(outgoing, uuid()).then((again) => open('checklist', { task: again.taskId }))}
            >
              {words.outbox.mend}
            </Button>
            <Button small kind="second" onTap={onDiscard}>
              {words.outbox.discard}
            </Button>
          </View>
        </>
      )}
    </View>
  );
}
