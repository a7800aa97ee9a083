import { View } from '@tarojs/components';
import { useState } from 'react';
import { api } from '../../../api/client';
import { Fetched } from '../../../components/fetched';
import { Field } from '../../../components/field';
import { replace, toast } from '../../../components/go';
import { Button, Notice, Screen } from '../../../components/kit';
import { uuid } from '../../../offline/uuid';
import { stays } from '../kept';
import { saidBy } from '../../../components/said';
import { words } from '../words';

const say = words.supervision;
const MOST = 300;

/** An official proposes an enterprise; another one decides. */
export function Propose({ enterpriseId }: { enterpriseId: string }) {
  return (
    <Fetched
      title={say.title}
      failed={words.enterprise.failed}
      failedHow={words.enterprise.failedHow}
      fetch={() => api.card(enterpriseId)}
      kept={`card/${enterpriseId}`}
    >
      {({ enterprise }) => <Form enterprise={enterprise} />}
    </Fetched>
  );
}

function Form({ enterprise }: { enterprise: { id: string; name: string } }) {
  const [reason, setReason] = useState('');
  const [said, setSaid] = useState<string>();
  const [wish] = useState(uuid());
  const propose = async () => {
    if (reason.trim() === '') return setSaid(say.needReason);
    setSaid(undefined);
    try {
      const stay = await api.proposeStay({ clientUuid: wish, enterpriseId: enterprise.id, reason: reason.trim() });
      toast(say.proposed_);
      void stays.refresh();
      replace('stay', { id: stay.id });
    } catch (error) {
      setSaid(saidBy(error));
    }
  };
  return (
    <Screen
      title={enterprise.name}
      line={say.title}
      inner
      foot={<Button onTap={() => void propose()}>{say.propose}</Button>}
    >
      {said === undefined ? null : (
        <Notice icon="abnormal" tone="alert">
          {said}
        </Notice>
      )}
      <View className="card">
        <Field name={say.propose} hint={say.proposeHint} value={reason} most={MOST} onInput={setReason} />
        <View className="small">{say.proposeHow}</View>
      </View>
    </Screen>
  );
}
