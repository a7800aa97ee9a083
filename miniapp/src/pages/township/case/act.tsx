import { View } from '@tarojs/components';
import { useState, type ReactNode } from 'react';
import { api } from '../../../api/client';
import type { CaseStory } from '../../../api/types';
import { Field } from '../../../components/field';
import { toast } from '../../../components/go';
import { Button, Group, Notice, Screen, Tap } from '../../../components/kit';
import { uuid } from '../../../offline/uuid';
import { cases } from '../kept';
import { saidBy } from '../../../components/said';
import { words } from '../words';

const say = words.cases;
type Action = 'investigate' | 'transfer' | 'conclude' | 'withdraw';

/** What may come next, the usual first; nothing once it has ended. */
const NEXT: Readonly<Record<CaseStory['state'], readonly Action[]>> = {
  opened: ['investigate', 'withdraw'],
  investigating: ['transfer', 'conclude', 'withdraw'],
  transferred: ['conclude'],
  concluded: [],
  withdrawn: [],
};
const MOST_NUMBER = 60;

interface Props {
  story: CaseStory;
  may: boolean;
  onDone: (story: CaseStory) => Promise<void>;
  /** What the step is about; the step itself stands between this and the rest. */
  head: ReactNode;
  children: ReactNode;
}

/** The screen of a case, with the step that comes next. */
export function Act({ story, may, onDone, head, children }: Props) {
  const ways = may ? NEXT[story.state] : [];
  const [chosen, setChosen] = useState<Action>();
  const [note, setNote] = useState('');
  const [documentNo, setDocumentNo] = useState('');
  const [result, setResult] = useState<string>();
  const [said, setSaid] = useState<string>();
  // One wish is one step, however often the button is touched; a new one after each answer.
  const [wish, setWish] = useState(uuid());
  const action = ways.find((each) => each === chosen) ?? ways[0];
  const act = async () => {
    if (action === undefined) return;
    if (action === 'transfer' && documentNo.trim() === '') return setSaid(say.needNumber);
    if (action === 'conclude' && result === undefined) return setSaid(say.needResult);
    if (note.trim() === '') return setSaid(say.needNote);
    setSaid(undefined);
    try {
      const fresh = await api.stepCase(story.id, action, {
        clientUuid: wish,
        note: note.trim(),
        ...(action === 'transfer' ? { documentNo: documentNo.trim() } : {}),
        ...(action === 'conclude' && result !== undefined ? { result } : {}),
      });
      await onDone(fresh);
      setNote('');
      setWish(uuid());
      toast(say.done);
      void cases.refresh();
    } catch (error) {
      setSaid(saidBy(error));
    }
  };
  return (
    <Screen
      title={story.enterprise.name}
      line={say.title}
      inner
      foot={
        action === undefined ? undefined : (
          <>
            <Button onTap={() => void act()}>{say.acts[action]}</Button>
            <View className="small center">{say.hows[action]}</View>
          </>
        )
      }
    >
      {said === undefined ? null : (
        <Notice icon="abnormal" tone="alert">
          {said}
        </Notice>
      )}
      {head}
      {action === undefined ? null : (
        <>
          <Group title={say.next} />
          <View className="card">
            {ways.length < 2 ? null : (
              <Choices names={say.actions} codes={ways} chosen={action} onChoose={(code) => setChosen(code)} />
            )}
            {action === 'transfer' ? (
              <Field
                name={say.number}
                hint={say.numberHint}
                value={documentNo}
                most={MOST_NUMBER}
                onInput={setDocumentNo}
              />
            ) : null}
            {action === 'conclude' ? (
              <>
                <View className="field-name" style={{ marginTop: '12px' }}>
                  {say.result}
                </View>
                <Choices names={say.results} codes={Object.keys(say.results)} chosen={result} onChoose={setResult} />
              </>
            ) : null}
            <Field name={say.note} hint={say.noteHint} value={note} onInput={setNote} />
          </View>
        </>
      )}
      {children}
    </Screen>
  );
}

function Choices<T extends string>({
  names,
  codes,
  chosen,
  onChoose,
}: {
  names: Readonly<Record<string, string>>;
  codes: readonly T[];
  chosen: T | undefined;
  onChoose: (code: T) => void;
}) {
  return (
    <View className="choices wrap">
      {codes.map((code) => (
        <Tap
          key={code}
          className={`choice ${chosen === code ? 'tinted' : ''}`}
          on={chosen === code}
          onTap={() => onChoose(code)}
        >
          {names[code] ?? ''}
        </Tap>
      ))}
    </View>
  );
}
