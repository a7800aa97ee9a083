import { Text, Textarea, View } from '@tarojs/components';
import { useLoad } from '@tarojs/taro';
import { useState } from 'react';
import { api } from '../../../api/client';
import { dateOf, dayWords, now } from '../../../api/clock';
import { currentPerson } from '../../../api/session';
import type { Suspensions } from '../../../api/types';
import { toast } from '../../../components/go';
import { Button, Group, Notice, Screen, Skeleton, StateCard, Tag } from '../../../components/kit';
import { saidBy } from '../../../components/said';
import { troubleOf, type Trouble } from '../../../offline/day';
import { ready, refreshDay } from '../../../offline/start';
import { uuid } from '../../../offline/uuid';
import { words } from '../../../words';
import { Dates } from '../leave/index';
import { TroubleCard } from '../today/trouble';

const TONES = { pending: 'care', approved: 'brand', rejected: 'alert', withdrawn: '' } as const;

/** 停产报备: filed here, approved by the township; the days are then excused. */
export default function SuspensionPage() {
  const [rows, setRows] = useState<Suspensions['rows']>();
  const [trouble, setTrouble] = useState<Trouble>();
  const [from, setFrom] = useState(dateOf(now()));
  const [to, setTo] = useState(dateOf(now()));
  const [reason, setReason] = useState('');
  const [refused, setRefused] = useState<string>();
  const [wish, setWish] = useState(uuid());
  const load = async () => {
    await ready;
    setTrouble(undefined);
    try {
      setRows((await api.suspensions()).rows);
    } catch (error) {
      setTrouble(troubleOf(error));
    }
  };
  useLoad(() => void load());
  const attempt = async (work: () => Promise<unknown>, told: string) => {
    setRefused(undefined);
    try {
      await work();
      toast(told);
      await load();
      void refreshDay();
    } catch (error) {
      setRefused(saidBy(error));
    }
  };
  const file = () => {
    const enterpriseId = currentPerson()?.enterprise?.id;
    if (reason.trim().length < 2 || enterpriseId === undefined) return setRefused(words.suspension.short);
    void attempt(async () => {
      await api.suspend({ clientUuid: wish, enterpriseId, from, to, reason: reason.trim() });
      setWish(uuid());
      setReason('');
    }, words.suspension.filed);
  };
  return (
    <Screen
      title={words.suspension.title}
      line={words.suspension.line}
      inner
      foot={<Button onTap={file}>{words.suspension.submit}</Button>}
    >
      <View className="card">
        <View className="field-name">{words.suspension.reason}</View>
        <Textarea
          className="field"
          value={reason}
          maxlength={500}
          autoHeight
          placeholder={words.suspension.reasonHint}
          placeholderClass="placeholder"
          {...(process.env['TARO_ENV'] === 'h5' ? { nativeProps: { 'aria-label': words.suspension.reason } } : {})}
          onInput={(event) => setReason(event.detail.value)}
        />
        <Dates
          from={from}
          to={to}
          onFrom={(date) => {
            setFrom(date);
            if (date > to) setTo(date);
          }}
          onTo={setTo}
        />
      </View>
      {refused === undefined ? null : (
        <Notice icon="abnormal" tone="alert">
          {refused}
        </Notice>
      )}
      {trouble !== undefined ? (
        <TroubleCard trouble={trouble} title={words.me.failed} how="" onAgain={() => void load()} />
      ) : null}
      {rows === undefined && trouble === undefined ? <Skeleton /> : null}
      {rows === undefined ? null : <Group title={words.suspension.mine} />}
      {rows?.length === 0 ? <StateCard icon="pause" tone="quiet" title={words.suspension.none} /> : null}
      {rows?.map((each) => (
        <View key={each.id} className="card">
          <View className="row">
            <Text className="strong grow">{words.leave.from_to(dayWords(each.from), dayWords(each.to))}</Text>
            <Tag tone={TONES[each.state]}>{words.suspension.states[each.state]}</Tag>
          </View>
          <View className="note">{each.reason}</View>
          {each.note === null || each.note === '' ? null : <View className="small">{each.note}</View>}
          {(each.state === 'pending' || each.state === 'approved') && each.to >= dateOf(now()) ? (
            <View style={{ marginTop: '10px' }}>
              <Button
                small
                kind="second"
                onTap={() =>
                  void attempt(
                    () => api.withdrawSuspension(each.id, words.suspension.withdrawNote),
                    words.suspension.states['withdrawn'] ?? '',
                  )
                }
              >
                {words.suspension.withdraw}
              </Button>
            </View>
          ) : null}
        </View>
      ))}
    </Screen>
  );
}
