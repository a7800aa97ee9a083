import { View } from '@tarojs/components';
import { useState } from 'react';
import { api } from '../../../api/client';
import { Fetched } from '../../../components/fetched';
import { Field } from '../../../components/field';
import { replace, toast } from '../../../components/go';
import { Button, Notice, Screen } from '../../../components/kit';
import { uuid } from '../../../offline/uuid';
import { cases } from '../kept';
import { saidBy } from '../../../components/said';
import { words } from '../words';

const say = words.cases;
const MOST = 200;

interface Source {
  supervisionId?: string | undefined;
  warningId?: string | undefined;
}

/** A case is opened, with what it follows from. */
export function Begin({ enterpriseId, ...source }: { enterpriseId: string } & Source) {
  return (
    <Fetched
      title={say.title}
      failed={words.enterprise.failed}
      failedHow={words.enterprise.failedHow}
      fetch={() => api.card(enterpriseId)}
      kept={`card/${enterpriseId}`}
    >
      {({ enterprise }) => <Form enterprise={enterprise} source={source} />}
    </Fetched>
  );
}

function Form({ enterprise, source }: { enterprise: { id: string; name: string }; source: Source }) {
  const [title, setTitle] = useState('');
  const [said, setSaid] = useState<string>();
  const [wish] = useState(uuid());
  const { supervisionId, warningId } = source;
  const begin = async () => {
    if (title.trim() === '') return setSaid(say.needName);
    setSaid(undefined);
    try {
      const opened = await api.openCase({
        clientUuid: wish,
        enterpriseId: enterprise.id,
        title: title.trim(),
        ...(supervisionId === undefined ? {} : { supervisionId }),
        ...(warningId === undefined ? {} : { warningId }),
      });
      toast(say.begun);
      void cases.refresh();
      replace('case', { id: opened.id });
    } catch (error) {
      setSaid(saidBy(error));
    }
  };
  return (
    <Screen
      title={enterprise.name}
      line={say.title}
      inner
      foot={<Button onTap={() => void begin()}>{say.begin}</Button>}
    >
      {said === undefined ? null : (
        <Notice icon="abnormal" tone="alert">
          {said}
        </Notice>
      )}
      <View className="card">
        <Field name={say.name} hint={say.nameHint} value={title} most={MOST} onInput={setTitle} />
        <View className="small">{say.beginHow}</View>
      </View>
    </Screen>
  );
}
