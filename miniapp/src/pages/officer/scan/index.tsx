import { Text, View } from '@tarojs/components';
import { useLoad, useRouter } from '@tarojs/taro';
import { useState } from 'react';
import { dayWords } from '../../../api/clock';
import { sessionStore } from '../../../api/session';
import { decoded, open, replace, restart } from '../../../components/go';
import { Button, Group, Icon, LinkRow, Screen, Skeleton, StateCard, typeIcon } from '../../../components/kit';
import { useStore } from '../../../components/store';
import { NotAllowed } from '../../../device/device';
import { device } from '../../../device/platform';
import { today } from '../../../offline/day';
import { drafts } from '../../../offline/drafts';
import { openPoint, type Refusal } from '../../../offline/open-point';
import { outbox } from '../../../offline/outbox';
import { ready } from '../../../offline/start';
import { words } from '../../../words';
import { dayView } from '../today/day-view';
import './scan.css';

/** The position is waited for at most so long: an officer at the door does not wait for satellites. */
const PLACE_WAIT_MS = 2500;

type Phase = { name: 'opening' } | { name: 'ready' } | { name: 'no-camera' } | { name: 'refused'; refusal: Refusal };

/** Scans a door, or takes the code that the chat app's own scanner read (`q`), and opens its checklist. */
export default function Scan() {
  const { params } = useRouter();
  const [phase, setPhase] = useState<Phase>({ name: 'opening' });

  const openScanned = async (scanned: string, extra = false) => {
    setPhase({ name: 'opening' });
    const opened = await openPoint(scanned, device.position(PLACE_WAIT_MS), extra);
    if ('draft' in opened) replace('checklist', { task: opened.draft.taskId });
    else if ('expired' in opened) restart('signIn');
    else setPhase({ name: 'refused', refusal: opened.refusal });
  };
  const scan = async () => {
    try {
      const text = await device.scan();
      if (text === undefined) setPhase({ name: 'ready' });
      else await openScanned(text);
    } catch (error) {
      if (!(error instanceof NotAllowed)) throw error;
      setPhase({ name: 'no-camera' });
    }
  };
  useLoad(() => {
    void ready.then(() => {
      const linked = decoded(params['q']);
      if (sessionStore.get().phase === 'out') restart('signIn', linked === undefined ? {} : { q: linked });
      else if (linked === undefined) void scan();
      else void openScanned(linked);
    });
  });

  return (
    <Screen
      title={words.scan.title}
      inner
      foot={
        phase.name === 'opening' ? undefined : (
          <>
            <Button icon="scan" onTap={() => void scan()}>
              {phase.name === 'ready' ? words.scan.start : words.scan.again}
            </Button>
            <Button kind="link" onTap={() => restart('today')}>
              {words.scan.toToday}
            </Button>
          </>
        )
      }
    >
      {phase.name === 'opening' ? <Skeleton rows={4} /> : null}
      {phase.name === 'ready' ? (
        <StateCard icon="qr" tone="quiet" title={words.scan.cancelled}>
          {words.scan.cancelledHow}
        </StateCard>
      ) : null}
      {phase.name === 'no-camera' ? (
        <StateCard icon="camera" tone="care" title={words.scan.camera}>
          {words.scan.cameraHow}
        </StateCard>
      ) : null}
      {phase.name === 'refused' ? (
        <Refused refusal={phase.refusal} onExtra={(token) => void openScanned(token, true)} />
      ) : null}
    </Screen>
  );
}

/** What happened, what it did not harm, what to do: a screen for each reason. */
function Refused({ refusal, onExtra }: { refusal: Refusal; onExtra: (token: string) => void }) {
  const known = useStore(today.store);
  const waiting = useStore(outbox.store);
  const begun = useStore(drafts.store);
  const { person } = useStore(sessionStore);
  const [title, how] = words.scan.refusals[refusal.code] ?? [
    words.scan.refusals['FAILED']?.[0] ?? '',
    refusal.message ?? '',
  ];
  const next =
    known.value === undefined ? undefined : dayView(known.value, [...begun.values()], [...waiting.values()]).next;
  const specialist = person?.specialist ?? null;
  return (
    <>
      <View className="refused">
        <View className="refused-sign">
          <Icon name="qr" size={40} />
          <View className="refused-mark">
            <Icon name="cross" size={18} />
          </View>
        </View>
        <View className="head center">{title}</View>
        <View className="note center">
          {how}
          {refusal.nextDue === undefined ? '' : words.scan.nextDue(dayWords(refusal.nextDue))}
        </View>
      </View>
      {refusal.offerExtra === true ? (
        <Button kind="second" onTap={() => onExtra(refusal.token)}>
          {words.scan.extra}
        </Button>
      ) : null}
      {next === undefined ? null : (
        <>
          <Group title={words.scan.look} />
          <View className="card">
            <View className="plate">
              <Icon name={typeIcon(next.task.point.type)} size={28} />
              <View className="grow">
                <View className="strong">{next.task.point.name}</View>
                <Text className="small">{`${next.task.point.code} · ${next.task.point.place}`}</Text>
              </View>
              <Icon name="qr" size={28} />
            </View>
            <View className="small">{words.scan.lookHow}</View>
          </View>
        </>
      )}
      <View className="card flush">
        {refusal.code === 'WAITING' ? (
          <LinkRow icon="send" title={words.outbox.title} onTap={() => open('outbox')} />
        ) : null}
        {refusal.code === 'SUSPENDED' ? (
          <LinkRow icon="pause" title={words.suspension.title} onTap={() => open('suspension')} />
        ) : null}
        <LinkRow
          icon="flag"
          title={words.scan.wrongDoor}
          line={words.scan.wrongDoorHow}
          onTap={() => callOrHelp(specialist)}
        />
        <LinkRow
          icon="doc"
          title={words.scan.badCode}
          line={words.scan.badCodeHow}
          onTap={() => callOrHelp(specialist)}
        />
        {specialist === null ? null : (
          <LinkRow
            icon="phone"
            title={words.common.call(specialist.name)}
            onTap={() => device.call(specialist.mobile)}
          />
        )}
      </View>
      {refusal.requestId === undefined ? null : (
        <View className="small center">{words.common.requestId(refusal.requestId)}</View>
      )}
    </>
  );
}

function callOrHelp(specialist: { mobile: string } | null): void {
  if (specialist === null) open('help');
  else device.call(specialist.mobile);
}
