import { Text, View } from '@tarojs/components';
import { useRouter } from '@tarojs/taro';
import { useState } from 'react';
import { api } from '../../../api/client';
import { dayWords } from '../../../api/clock';
import { ApiProblem } from '../../../api/http';
import type { HealthCode } from '../../../api/types';
import { Fetched } from '../../../components/fetched';
import { decoded, goBack, toast } from '../../../components/go';
import { Button, Group, Icon, Notice, Screen, StateCard, Tap } from '../../../components/kit';
import { PhotoCanvas, PhotoThumb } from '../../../components/photo';
import { StorageFull } from '../../../device/device';
import { dropPhoto, releasePhoto } from '../../../offline/photos';
import { uploadFirst } from '../../../offline/sync';
import { uuid } from '../../../offline/uuid';
import { shootAt } from '../../officer/checklist/shoot';
import { Field } from '../../../components/field';
import { mine } from '../mine';
import { words } from '../words';

const say = words.act;

interface Filed {
  state: string;
  by: string;
  note: string | null;
}

/** What the form is about, in the words of the code: a deduction, or what makes it red at once. */
interface Matter {
  about: { title: string; rows: HealthCode['vetoes'][number]['rows'] } | undefined;
  enterprise: { id: string; name: string };
  filed: Filed | undefined;
}

/** An objection to one deduction, or the application to have it halved. */
export default function ActPage() {
  const { params } = useRouter();
  const kind = params['kind'] === 'repair' ? 'repair' : 'dispute';
  const key = decoded(params['key']) ?? '';
  const title = kind === 'repair' ? say.repair : say.dispute;
  const fetch = async (): Promise<Matter> => {
    const id = mine();
    const [code, filed] = await Promise.all([
      api.healthCode(id),
      kind === 'repair' ? repairOf(id, key) : disputeOf(id, key),
    ]);
    return {
      about: aboutOf(code, key),
      enterprise: { id, name: code.enterprise.name },
      filed,
    };
  };
  return (
    <Fetched title={title} failed={words.code.failed} failedHow={words.code.failedHow} fetch={fetch}>
      {(matter) => <Form kind={kind} factKey={key} title={title} matter={matter} />}
    </Fetched>
  );
}

function aboutOf(code: HealthCode, key: string): Matter['about'] {
  const deduction = code.deductions.find((each) => each.key === key);
  if (deduction !== undefined) {
    return { title: `${words.code.minus(deduction.counted)} ${deduction.zh}`, rows: deduction.rows };
  }
  const veto = code.vetoes.find((each) => each.key === key);
  return veto === undefined ? undefined : { title: veto.zh, rows: veto.rows };
}

async function disputeOf(enterpriseId: string, key: string): Promise<Filed | undefined> {
  const row = (await api.disputes(enterpriseId)).rows.find((each) => each.factKey === key);
  return row === undefined ? undefined : { state: row.state, by: say.filed(dayWords(row.decideBy)), note: row.note };
}

async function repairOf(enterpriseId: string, key: string): Promise<Filed | undefined> {
  const row = (await api.repairs(enterpriseId)).rows.find((each) => each.factKey === key && each.state !== 'refused');
  return row === undefined ? undefined : { state: row.state, by: say.checkBy(dayWords(row.checkBy)), note: row.note };
}

function Form({
  kind,
  factKey,
  title,
  matter,
}: {
  kind: 'dispute' | 'repair';
  factKey: string;
  title: string;
  matter: Matter;
}) {
  const { about, enterprise, filed } = matter;
  const [text, setText] = useState('');
  const [taken, setTaken] = useState<readonly string[]>([]);
  const [said, setSaid] = useState<string>();
  const [busy, setBusy] = useState(false);
  // One wish is one step, however often the button is touched.
  const [wish] = useState(uuid());
  const shoot = async () => {
    try {
      const door = { enterprise: enterprise.name, enterpriseId: enterprise.id, name: title, code: '' };
      const photo = await shootAt(door, undefined);
      if (photo !== undefined) setTaken([...taken, photo.sha256]);
    } catch (error) {
      setSaid(error instanceof StorageFull ? words.fill.fullHow : words.fill.cameraFailedHow);
    }
  };
  const send = async () => {
    if (busy) return;
    if (text.trim() === '') return setSaid(say.need);
    setBusy(true);
    setSaid(undefined);
    const body = { clientUuid: wish, enterpriseId: enterprise.id, factKey, photos: taken };
    try {
      await uploadFirst(taken);
      await (kind === 'dispute'
        ? api.dispute({ ...body, reason: text.trim() })
        : api.repair({ ...body, statement: text.trim() }));
      for (const hash of taken) await releasePhoto(hash);
      toast(say.sent);
      goBack();
    } catch (error) {
      setSaid(error instanceof ApiProblem && error.message !== '' ? error.message : say.offline);
      setBusy(false);
    }
  };
  if (filed !== undefined || about === undefined) {
    return (
      <Screen title={title} inner>
        <StateCard
          icon={filed === undefined ? 'done' : 'late'}
          title={filed === undefined ? say.gone : (say.states[filed.state] ?? '')}
        >
          {filed === undefined ? '' : (filed.note ?? filed.by)}
        </StateCard>
      </Screen>
    );
  }
  return (
    <Screen
      title={title}
      line={enterprise.name}
      inner
      foot={
        <Button kind={busy ? 'off' : ''} onTap={() => void send()}>
          {say.send}
        </Button>
      }
    >
      {said === undefined ? null : (
        <Notice icon="abnormal" tone="alert">
          {said}
        </Notice>
      )}
      <View className="card">
        <View className="head">{about.title}</View>
        <View className="note">{about.rows.map((row) => row.text).join('；')}</View>
      </View>
      <View className="card">
        <Field
          name={kind === 'dispute' ? say.reason : say.statement}
          hint={kind === 'dispute' ? say.reasonHint : say.statementHint}
          value={text}
          onInput={setText}
        />
        <View className="small">{kind === 'dispute' ? say.disputeHow : say.repairHow}</View>
      </View>
      <Group title={say.photos} />
      <View className="finding-pair">
        {taken.map((hash) => (
          <PhotoThumb
            key={hash}
            hash={hash}
            onTap={() => {
              setTaken(taken.filter((each) => each !== hash));
              void dropPhoto(hash);
            }}
          />
        ))}
        <Tap className="photo-more" onTap={() => void shoot()}>
          <Icon name="camera" />
          <Text>{kind === 'dispute' ? say.shoot : words.findings.shootAfter}</Text>
        </Tap>
      </View>
      <PhotoCanvas />
    </Screen>
  );
}
