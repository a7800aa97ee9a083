import { Picker, View } from '@tarojs/components';
import { useState } from 'react';
import { api } from '../../../api/client';
import { dateOf, dayWords, now, plusDays } from '../../../api/clock';
import { replace, toast } from '../../../components/go';
import { Button, Group, Notice, Screen } from '../../../components/kit';
import { uuid } from '../../../offline/uuid';
import type { VisitDraft } from '../../../offline/visits';
import { Field } from '../../../components/field';
import { saidBy } from '../../../components/said';
import { visits } from '../kept';
import { words } from '../words';
import { beginAtDoor } from './door';

const say = words.visits;
const AHEAD_DAYS = 60;

/** What the visit is for; then there at once, or on a day that the enterprise is told. */
export function Begin({ id, draft }: { id: string; draft: VisitDraft }) {
  const today = dateOf(now());
  const [purpose, setPurpose] = useState(draft.purpose);
  const [on, setOn] = useState(plusDays(today, 1));
  const [said, setSaid] = useState<string>();
  // One wish is one visit, however often the button is touched.
  const [wish] = useState(uuid());
  const begin = async () => {
    if (purpose.trim() === '') return setSaid(say.needPurpose);
    setSaid(await beginAtDoor(id, { ...draft, purpose: purpose.trim() }));
  };
  const plan = async () => {
    if (purpose.trim() === '') return setSaid(say.needPurpose);
    setSaid(undefined);
    try {
      const visit = await api.planVisit({
        clientUuid: wish,
        enterpriseId: draft.enterprise.id,
        purpose: purpose.trim(),
        plannedOn: on,
        ...(draft.warningId === undefined ? {} : { warningId: draft.warningId }),
        ...(draft.overrideReason === undefined ? {} : { overrideReason: draft.overrideReason }),
      });
      toast(say.planned_);
      void visits.refresh();
      replace('visit', { id: visit.id });
    } catch (error) {
      setSaid(saidBy(error));
    }
  };
  return (
    <Screen
      title={say.title}
      line={draft.enterprise.name}
      inner
      foot={
        <>
          <Button icon="scan" onTap={() => void begin()}>
            {say.startNow}
          </Button>
          <View className="small center">{say.startHow}</View>
        </>
      }
    >
      {draft.overrideReason === undefined ? null : (
        <Notice icon="pause" tone="quiet">
          {say.override(draft.overrideReason)}
        </Notice>
      )}
      {said === undefined ? null : (
        <Notice icon="abnormal" tone="alert">
          {said}
        </Notice>
      )}
      <View className="card">
        <Field name={say.purpose} hint={say.purposeHint} value={purpose} onInput={setPurpose} />
      </View>
      <Group title={say.nowOrLater} />
      <View className="card">
        <View className="field-name">{say.when}</View>
        <Picker
          mode="date"
          value={on}
          start={today}
          end={plusDays(today, AHEAD_DAYS)}
          onChange={(event) => setOn(event.detail.value)}
        >
          <View className="field">{dayWords(on)}</View>
        </Picker>
        <View style={{ marginTop: '12px' }}>
          <Button kind="second" onTap={() => void plan()}>
            {say.plan}
          </Button>
        </View>
        <View className="small center">{say.planHow}</View>
      </View>
    </Screen>
  );
}
