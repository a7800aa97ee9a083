import { Text, View } from '@tarojs/components';
import { useState } from 'react';
import { api } from '../../../api/client';
import { dateOf, dayWords } from '../../../api/clock';
import { ApiProblem } from '../../../api/http';
import { currentPerson } from '../../../api/session';
import type { Credit } from '../../../api/types';
import { Fetched } from '../../../components/fetched';
import { toast } from '../../../components/go';
import { Button, Group, Notice, Pair, Screen, StateCard, Tag } from '../../../components/kit';
import { uuid } from '../../../offline/uuid';
import { Field } from '../../../components/field';
import { mine } from '../mine';
import { words } from '../words';

const say = words.credit;

/** The grade in force, each half-year with what it is made of, and what would move it. */
export default function CreditPage() {
  return (
    <Fetched
      title={say.title}
      failed={say.failed}
      failedHow={say.failedHow}
      fetch={() => api.credit(mine())}
      kept="credit"
    >
      {(credit, onChange) => (
        <Screen title={say.title} line={currentPerson()?.enterprise?.name ?? ''} inner>
          <Current credit={credit} />
          {credit.results.map((result) => (
            <HalfYear key={result.period} credit={credit} result={result} onChange={onChange} />
          ))}
        </Screen>
      )}
    </Fetched>
  );
}

function Current({ credit: { current, results } }: { credit: Credit }) {
  if (current === null) {
    return results.length > 0 ? null : (
      <StateCard icon="calendar" title={say.none}>
        {say.noneHow}
      </StateCard>
    );
  }
  return (
    <View className="card">
      <View className="head">{say.grade(current.grade)}</View>
      <View className="note">
        {[
          say.period(current.period),
          current.source === 'province' ? say.province : '',
          say.until(dateOf(current.validUntil)),
        ]
          .filter(Boolean)
          .join(' · ')}
      </View>
    </View>
  );
}

function HalfYear({
  credit,
  result,
  onChange,
}: {
  credit: Credit;
  result: Credit['results'][number];
  onChange: (credit: Credit) => void;
}) {
  const { period, outlook, components } = result;
  const objection = credit.objections.find((each) => each.period === period);
  const adjusted = credit.adjustments.filter((each) => each.period === period);
  const [mover] = outlook.movers;
  return (
    <>
      <Group title={say.period(period)} />
      <View className="card">
        <View className="finding-tags">
          <Tag>{say.states[result.state] ?? ''}</Tag>
        </View>
        <View className="pair">
          <Text className="head">{say.grade(result.grade)}</Text>
          <Text className="strong">{words.code.score(result.score)}</Text>
        </View>
        {components.map(({ code, value, points, weight }) => (
          <Pair key={code} name={`${say.components[code] ?? code} ${say.value(code, colourWords(code, value))}`}>
            {say.of(points, weight)}
          </Pair>
        ))}
        {adjusted.map((each) => (
          <View key={each.reason} className="small">
            {say.adjusted(each.points, each.reason)}
          </View>
        ))}
        {outlook.next === null ? null : (
          <View className="note">
            {say.next(outlook.next.grade, outlook.next.lacks)}
            {mover === undefined ? '' : `，${say.mover(say.components[mover.code] ?? mover.code, mover.gains)}`}
          </View>
        )}
        {objection === undefined ? null : (
          <Notice icon="late" tone="quiet">
            {say.objected(
              `${words.act.states[objection.state] ?? ''}${objection.note === null ? '' : `，${objection.note}`}`,
            )}
          </Notice>
        )}
      </View>
      {result.state === 'preliminary' && objection === undefined ? (
        <Objection result={result} onChange={onChange} />
      ) : null}
    </>
  );
}

function colourWords(code: string, value: number | string): number | string {
  const names: Readonly<Record<string, string>> = words.code.colours;
  return code === 'colour' ? (names[String(value)] ?? value) : value;
}

function Objection({ result, onChange }: { result: Credit['results'][number]; onChange: (credit: Credit) => void }) {
  const [reason, setReason] = useState('');
  const [said, setSaid] = useState<string>();
  const [wish] = useState(uuid());
  const send = async () => {
    if (reason.trim() === '') return setSaid(words.act.need);
    setSaid(undefined);
    try {
      await api.objectToCredit({
        clientUuid: wish,
        period: result.period,
        enterpriseId: mine(),
        reason: reason.trim(),
      });
      toast(words.act.sent);
      onChange(await api.credit(mine()));
    } catch (error) {
      setSaid(error instanceof ApiProblem && error.message !== '' ? error.message : words.act.offline);
    }
  };
  return (
    <View className="card">
      {said === undefined ? null : (
        <Notice icon="abnormal" tone="alert">
          {said}
        </Notice>
      )}
      <Field name={say.object} hint={words.act.reasonHint} value={reason} onInput={setReason} />
      <View className="small">{say.objectHow(dayWords(result.objectionsUntil ?? ''))}</View>
      <Button kind="second" onTap={() => void send()}>
        {words.act.send}
      </Button>
    </View>
  );
}
