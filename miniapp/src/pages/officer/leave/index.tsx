import { Picker, Text, View } from '@tarojs/components';
import { useLoad } from '@tarojs/taro';
import { useState } from 'react';
import { api } from '../../../api/client';
import { dateOf, dayWords, now, plusDays } from '../../../api/clock';
import { currentPerson } from '../../../api/session';
import type { Leaves } from '../../../api/types';
import { toast } from '../../../components/go';
import { Button, Group, Notice, Screen, Skeleton, Tap } from '../../../components/kit';
import { saidBy } from '../../../components/said';
import { troubleOf, type Trouble } from '../../../offline/day';
import { ready, refreshDay } from '../../../offline/start';
import { uuid } from '../../../offline/uuid';
import { words } from '../../../words';
import { TroubleCard } from '../today/trouble';

/** Days away: a colleague does the inspections. */
export default function LeavePage() {
  const [people, setPeople] = useState<{ id: string; name: string }[]>();
  const [leaves, setLeaves] = useState<Leaves['rows']>([]);
  const [trouble, setTrouble] = useState<Trouble>();
  const [deputy, setDeputy] = useState<{ id: string; name: string }>();
  const [from, setFrom] = useState(dateOf(now()));
  const [to, setTo] = useState(dateOf(now()));
  const [refused, setRefused] = useState<string>();
  // One wish is one leave, however often the button is touched.
  const [wish, setWish] = useState(uuid());
  const load = async () => {
    await ready;
    setTrouble(undefined);
    try {
      const me = currentPerson();
      const [enterprise, mine] = await Promise.all([api.enterprise(me?.enterprise?.id ?? '0'), api.leaves()]);
      setPeople(enterprise.officers.filter((officer) => officer.id !== me?.id));
      setLeaves(mine.rows);
    } catch (error) {
      setTrouble(troubleOf(error));
    }
  };
  useLoad(() => void load());
  const take = async () => {
    if (deputy === undefined) return setRefused(words.leave.pick);
    setRefused(undefined);
    try {
      const { reassigned } = await api.takeLeave({ clientUuid: wish, deputyId: deputy.id, from, to });
      setWish(uuid());
      toast(words.leave.done(deputy.name, reassigned));
      await load();
      void refreshDay();
    } catch (error) {
      setRefused(saidBy(error));
    }
  };
  const end = async (id: string) => {
    try {
      await api.endLeave(id);
      await load();
      void refreshDay();
    } catch (error) {
      setRefused(saidBy(error));
    }
  };
  const me = currentPerson()?.id;
  return (
    <Screen
      title={words.leave.title}
      line={words.leave.line}
      inner
      foot={
        people === undefined || people.length === 0 ? undefined : (
          <Button onTap={() => void take()}>
            {deputy === undefined ? words.leave.pick : words.leave.submitTo(deputy.name)}
          </Button>
        )
      }
    >
      {trouble !== undefined ? (
        <TroubleCard trouble={trouble} title={words.me.failed} how="" onAgain={() => void load()} />
      ) : null}
      {people === undefined && trouble === undefined ? <Skeleton /> : null}
      {people?.length === 0 ? (
        <Notice icon="info" tone="quiet">
          {words.leave.nobody}
        </Notice>
      ) : null}
      {people === undefined || people.length === 0 ? null : (
        <View className="card">
          <View className="field-name">{words.leave.who}</View>
          <View className="choices wrap">
            {people.map((person) => (
              <Tap
                key={person.id}
                className={`choice ${deputy?.id === person.id ? 'tinted' : ''}`}
                on={deputy?.id === person.id}
                onTap={() => setDeputy(person)}
              >
                {person.name}
              </Tap>
            ))}
          </View>
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
      )}
      {refused === undefined ? null : (
        <Notice icon="abnormal" tone="alert">
          {refused}
        </Notice>
      )}
      {leaves.length === 0 ? null : <Group title={words.leave.mine} />}
      {leaves.map((leave) => (
        <View key={leave.id} className="card">
          <View className="strong">{words.leave.from_to(dayWords(leave.from), dayWords(leave.to))}</View>
          <View className="note">
            {leave.officer.id === me
              ? words.leave.deputyIs(leave.deputy.name)
              : words.leave.forOther(leave.officer.name)}
          </View>
          {leave.cancelled ? <Text className="small">{words.leave.cancelled}</Text> : null}
          {!leave.cancelled && leave.officer.id === me && leave.to >= dateOf(now()) ? (
            <Button small kind="second" onTap={() => void end(leave.id)}>
              {words.leave.cancel}
            </Button>
          ) : null}
        </View>
      ))}
    </Screen>
  );
}

interface DatesProps {
  from: string;
  to: string;
  onFrom: (date: string) => void;
  onTo: (date: string) => void;
}

const AHEAD_DAYS = 365;

/** From and to, by the platform's own picker. */
export function Dates({ from, to, onFrom, onTo }: DatesProps) {
  const first = dateOf(now());
  const last = plusDays(first, AHEAD_DAYS);
  return (
    <View className="row" style={{ marginTop: '14px' }}>
      <View className="grow">
        <View className="field-name">{words.leave.from}</View>
        <Picker mode="date" value={from} start={first} end={last} onChange={(event) => onFrom(event.detail.value)}>
          <View className="field">{dayWords(from)}</View>
        </Picker>
      </View>
      <View className="grow">
        <View className="field-name">{words.leave.to}</View>
        <Picker mode="date" value={to} start={from} end={last} onChange={(event) => onTo(event.detail.value)}>
          <View className="field">{dayWords(to)}</View>
        </Picker>
      </View>
    </View>
  );
}
