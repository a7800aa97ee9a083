import { View } from '@tarojs/components';
import { useState } from 'react';
import { api } from '../../../api/client';
import { dateOf, now, plusDays } from '../../../api/clock';
import { ApiProblem } from '../../../api/http';
import type { Agencies, AgencyRow } from '../../../api/types';
import { toast } from '../../../components/go';
import { Button, Notice, Sheet, Tap } from '../../../components/kit';
import { uuid } from '../../../offline/uuid';
import { onDay } from '../dates';
import { mine } from '../mine';
import { words } from '../words';

const say = words.lookers;
const DETAILS = ['score', 'history'] as const;
const TERMS = [30, 180, 365] as const;
type OnChange = (rows: Agencies['rows']) => void;

/** The agencies, each with what it may see; giving asks what and how long, taking back asks nothing. */
export function Consents({ agencies, onChange }: { agencies: Agencies['rows']; onChange: OnChange }) {
  const [asked, setAsked] = useState<AgencyRow>();
  const withdraw = async (id: string) => {
    try {
      onChange((await api.withdrawConsent(id)).rows);
      toast(say.withdrawn);
    } catch (error) {
      toast(error instanceof ApiProblem && error.message !== '' ? error.message : say.offline);
    }
  };
  return (
    <>
      <View className="card flush">
        {agencies.length === 0 ? <View className="item plain">{say.noAgencies}</View> : null}
        {agencies.map((row) => {
          const { consent } = row;
          const inForce = consent !== null && consent.inForce;
          return (
            <View key={row.clientId} className="item plain">
              <View className="grow">
                <View>{`${row.name}（${say.agencies[row.agency] ?? row.agency}）`}</View>
                <View className="small">
                  {!row.active
                    ? say.closed
                    : inForce
                      ? say.allowed(namesOf(consent.fields), onDay(consent.until))
                      : say.only}
                </View>
                <View className="acts code-acts">
                  {row.active ? (
                    <Button small kind={inForce ? 'link' : 'second'} onTap={() => setAsked(row)}>
                      {inForce ? say.change : say.give}
                    </Button>
                  ) : null}
                  {inForce ? (
                    <Button small kind="second" onTap={() => void withdraw(consent.id)}>
                      {say.withdraw}
                    </Button>
                  ) : null}
                </View>
              </View>
            </View>
          );
        })}
      </View>
      {asked === undefined ? null : (
        <Give
          agency={asked}
          onClose={() => setAsked(undefined)}
          onGiven={(rows) => {
            setAsked(undefined);
            onChange(rows);
          }}
        />
      )}
    </>
  );
}

function Give({ agency, onClose, onGiven }: { agency: AgencyRow; onClose: () => void; onGiven: OnChange }) {
  const [fields, setFields] = useState<readonly string[]>(agency.consent?.fields ?? []);
  const [days, setDays] = useState<number>(TERMS[0]);
  const [said, setSaid] = useState<string>();
  // One wish is one consent, however often the button is touched.
  const [wish] = useState(uuid());
  const until = plusDays(dateOf(now()), days);
  const send = async () => {
    if (fields.length === 0) return setSaid(say.needField);
    setSaid(undefined);
    try {
      const body = { clientUuid: wish, clientId: agency.clientId, fields, until: `${until}T00:00:00+08:00` };
      onGiven((await api.giveConsent(mine(), body)).rows);
      toast(say.given);
    } catch (error) {
      setSaid(error instanceof ApiProblem && error.message !== '' ? error.message : say.offline);
    }
  };
  const toggle = (field: string) => {
    setSaid(undefined);
    setFields(fields.includes(field) ? fields.filter((each) => each !== field) : [...fields, field]);
  };
  return (
    <Sheet onClose={onClose}>
      <View className="head">{agency.name}</View>
      {said === undefined ? null : (
        <Notice icon="abnormal" tone="alert">
          {said}
        </Notice>
      )}
      <View className="field-name code-asked">{say.what}</View>
      <View className="choices">
        {DETAILS.map((field) => (
          <Tap
            key={field}
            className={`choice ${fields.includes(field) ? 'tinted' : ''}`}
            on={fields.includes(field)}
            onTap={() => toggle(field)}
          >
            {say.fields[field] ?? field}
          </Tap>
        ))}
      </View>
      <View className="field-name code-asked">{say.long}</View>
      <View className="choices">
        {TERMS.map((term) => (
          <Tap
            key={term}
            className={`choice ${days === term ? 'tinted' : ''}`}
            on={days === term}
            onTap={() => setDays(term)}
          >
            {say.terms[term] ?? ''}
          </Tap>
        ))}
      </View>
      <View className="small code-note">{say.until(onDay(`${until}T00:00:00+08:00`))}</View>
      <View className="acts">
        <Button onTap={() => void send()}>{say.ok}</Button>
        <Button kind="link" onTap={onClose}>
          {say.cancel}
        </Button>
      </View>
    </Sheet>
  );
}

const namesOf = (fields: readonly string[]) => fields.map((field) => say.fields[field] ?? field).join('、');
