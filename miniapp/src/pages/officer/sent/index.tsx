import { Text, View } from '@tarojs/components';
import { useLoad, useRouter } from '@tarojs/taro';
import { useState } from 'react';
import { api } from '../../../api/client';
import { dateOf, secondsOf } from '../../../api/clock';
import { askConsents } from '../../../api/consents';
import { currentPerson } from '../../../api/session';
import type { Consents, Receipt } from '../../../api/types';
import { open, replace, restart } from '../../../components/go';
import { Button, Group, Icon, Screen, StateCard, Tag } from '../../../components/kit';
import { useSending } from '../../../components/sending';
import { useStore } from '../../../components/store';
import { device } from '../../../device/platform';
import { isShown } from '../../../offline/checks';
import { today } from '../../../offline/day';
import type { Draft } from '../../../offline/drafts';
import { withReceipts } from '../../../offline/held';
import { outbox, sent } from '../../../offline/outbox';
import { ready } from '../../../offline/start';
import { uuid } from '../../../offline/uuid';
import { words } from '../../../words';
import { ExpiredCard } from '../today/trouble';
import './sent.css';

/** Below this many messages left, the next tap asks for more. */
const ENOUGH_CONSENTS = 3;

/** What became of a report: safe on the server, or kept on the phone. Never the one called the other. */
export default function SentPage() {
  const { params } = useRouter();
  const id = params['report'] ?? '';
  const outgoing = useStore(outbox.store).get(id);
  const receipts = useStore(sent.store);
  const done = receipts.get(id);
  const [templates, setTemplates] = useState<Consents['templates']>();
  useLoad(() => {
    void ready
      .then(async () => {
        if (device.kind !== 'weapp') return;
        const { remaining, templates: ids } = await api.consents();
        const left = [remaining.dailyList, remaining.reminder, ...(ids.notice === undefined ? [] : [remaining.notice])];
        if (Math.min(...left) < ENOUGH_CONSENTS) setTemplates(ids);
      })
      .catch(() => undefined);
  });
  const next = async (ask: boolean) => {
    // The chat app opens its question only within the tap itself.
    const answers = ask && templates !== undefined ? askConsents(templates) : undefined;
    goOn();
    const given = await answers;
    if (given !== undefined) await api.recordConsents(uuid(), given).catch(() => undefined);
  };
  const day = useStore(today.store).value;
  const held = new Set([...useStore(outbox.store).values()].map(({ report }) => report.taskId));
  const list = day === undefined ? undefined : withReceipts(day, receipts.values());
  const left = (list?.tasks ?? []).some((task) => task.state === 'open' && !held.has(task.id));
  const goOn = () => (left ? replace('scan') : restart('today'));
  const draft = outgoing?.draft ?? done?.draft;
  const name = left ? words.sent.toNext : words.sent.toToday;
  return (
    <Screen
      title={words.sent.title}
      inner
      foot={
        <>
          <Button onTap={() => void next(true)}>{templates === undefined ? name : words.sent.toNextConsent}</Button>
          {templates === undefined ? null : <View className="small center">{words.sent.consentHow('微信')}</View>}
          {templates === undefined ? (
            left ? (
              <Button kind="link" onTap={() => restart('today')}>
                {words.sent.toToday}
              </Button>
            ) : null
          ) : (
            <Button kind="link" onTap={() => void next(false)}>
              {words.sent.noConsent}
            </Button>
          )}
        </>
      }
    >
      {done !== undefined ? <Delivered receipt={done.receipt} draft={done.draft} /> : null}
      {outgoing?.conflict !== undefined ? (
        <StateCard
          icon="abnormal"
          tone="alert"
          title={words.sent.closedByOther(outgoing.conflict.by)}
          acts={
            <Button small kind="second" onTap={() => open('outbox')}>
              {words.fill.toOutbox}
            </Button>
          }
        >
          {words.outbox.conflict(outgoing.conflict.by, '')}
        </StateCard>
      ) : outgoing?.refusal !== undefined ? (
        <StateCard
          icon="abnormal"
          tone="alert"
          title={words.outbox.refused}
          acts={
            <Button small kind="second" onTap={() => open('outbox')}>
              {words.fill.toOutbox}
            </Button>
          }
        >
          {outgoing.refusal.message}
        </StateCard>
      ) : outgoing !== undefined && draft !== undefined ? (
        <Kept draft={draft} />
      ) : null}
      {done === undefined && outgoing === undefined ? (
        <StateCard icon="done" title={words.fill.gone}>
          {words.fill.goneHow}
        </StateCard>
      ) : null}
    </Screen>
  );
}

function Kept({ draft }: { draft: Draft }) {
  const { trouble, how } = useSending();
  return (
    <View className="sent-top" {...(process.env['TARO_ENV'] === 'h5' ? { role: 'status' } : {})}>
      <View className="sent-sign waiting">
        <Icon name="send" size={32} />
      </View>
      <View className="title">{words.sent.kept}</View>
      <View className="note">{`${draft.point.name} ${draft.point.code}`}</View>
      <View className="note">{words.sent.keptHow(how)}</View>
      {trouble === 'expired' ? <ExpiredCard /> : null}
    </View>
  );
}

/** 'HW01-261123-7K3Q': short enough to read out on the phone. */
export function receiptNumber(receipt: Receipt, code: string): string {
  const day = dateOf(receipt.receivedAt).slice(2).replace(/-/g, '');
  return `${code.replace(/-/g, '')}-${day}-${Number(receipt.reportId).toString(36).toUpperCase()}`;
}

function Delivered({ receipt, draft }: { receipt: Receipt; draft: Draft }) {
  const shown = draft.items.filter(isShown);
  const bad = receipt.abnormal.length;
  const allChecked = receipt.photos.every((photo) => photo.state === 'verified');
  const specialist = currentPerson()?.specialist?.name ?? words.who.specialist;
  return (
    <>
      <View className="sent-top" {...(process.env['TARO_ENV'] === 'h5' ? { role: 'status' } : {})}>
        <View className="sent-sign">
          <Icon name="check" size={32} />
        </View>
        <View className="title">{words.sent.delivered}</View>
        <View className="note">
          {words.sent.received(secondsOf(receipt.receivedAt), `${draft.point.name} ${draft.point.code}`)}
        </View>
        {receipt.taskState === 'late' ? (
          <Tag icon="late" tone="care">
            {words.sent.late}
          </Tag>
        ) : null}
      </View>
      <View className="card">
        <View className="counts">
          <Count value={shown.length - bad} name={words.sent.normal} />
          <Count value={bad} name={words.sent.abnormal} alert={bad > 0} />
          <Count value={receipt.photos.length} name={allChecked ? words.sent.photosChecked : words.sent.photos} />
        </View>
        <View className="rule" />
        <View className="pair">
          <Text className="pair-name">{words.sent.number}</Text>
          <Text className="strong">{receiptNumber(receipt, draft.point.code)}</Text>
        </View>
      </View>
      <Group title={words.sent.next} />
      {bad === 0 ? <StateCard icon="done" title={words.sent.allNormal} /> : null}
      {receipt.abnormal.map((each) => (
        <View key={each.code} className="card">
          <View className="row">
            <Tag icon="abnormal" tone="alert">{`${words.fill.levels[each.severity] ?? ''}${words.state.abnormal}`}</Tag>
            <Text className="small" style={{ marginLeft: 'auto' }}>
              {words.sent.item(shown.findIndex((item) => item.code === each.code) + 1)}
            </Text>
          </View>
          <View className="strong" style={{ margin: '10px 0 2px' }}>
            {each.item}
          </View>
          <View className="note">{draft.answers[each.code]?.note ?? each.reason}</View>
          <View className="steps">
            <Step title={words.sent.fix} line={words.sent.fixHow} now />
            <Step title={words.sent.verify.replace('专管员', specialist)} line={words.sent.verifyHow(specialist)} />
            <Step title={words.sent.close} line={words.sent.closeHow} />
          </View>
        </View>
      ))}
    </>
  );
}

function Count({ value, name, alert = false }: { value: number; name: string; alert?: boolean }) {
  return (
    <View className="count">
      <View className={`count-value ${alert ? 'ink-alert' : ''}`}>{value}</View>
      <View className="small">{name}</View>
    </View>
  );
}

function Step({ title, line, now = false }: { title: string; line: string; now?: boolean }) {
  return (
    <View className={`step ${now ? 'now' : ''}`}>
      <View className="strong">{title}</View>
      <View className="small">{line}</View>
    </View>
  );
}
