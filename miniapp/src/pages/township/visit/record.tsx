import { Input, Picker, Text, View } from '@tarojs/components';
import { useState } from 'react';
import { dateOf, dayWords, now, plusDays, timeOf } from '../../../api/clock';
import { replace, toast } from '../../../components/go';
import { Button, Group, Icon, Notice, Screen, Tap } from '../../../components/kit';
import { PhotoCanvas, PhotoThumb } from '../../../components/photo';
import { StorageFull } from '../../../device/device';
import { dropPhoto } from '../../../offline/photos';
import { syncNow } from '../../../offline/sync';
import { uuid } from '../../../offline/uuid';
import { submitVisit, visitDrafts, type VisitDraft } from '../../../offline/visits';
import { shootAt } from '../../officer/checklist/shoot';
import { Field } from '../../../components/field';
import { words } from '../words';
import '../township.css';

const say = words.visits;
const MOST_AGREED = 5;
const AGREED_DAYS = 180;
const FIRST_DAYS = 7;

/** What was seen, taught and agreed. Every change is on the phone at once; it is sent when there is a signal. */
export function RecordForm({ id, draft }: { id: string; draft: VisitDraft }) {
  const [said, setSaid] = useState<string>();
  // One wish is one record, however often the button is touched.
  const [wish] = useState(uuid());
  const write = (change: Partial<VisitDraft>) => {
    const latest = visitDrafts.get(id) ?? draft;
    visitDrafts.set(id, { ...latest, ...change }).catch(() => setSaid(say.full));
  };
  const shoot = async () => {
    try {
      const photo = await shootAt(
        { enterprise: draft.enterprise.name, enterpriseId: draft.enterprise.id, name: say.title, code: '' },
        undefined,
      );
      if (photo !== undefined) write({ photos: [...(visitDrafts.get(id) ?? draft).photos, photo.sha256] });
    } catch (error) {
      setSaid(error instanceof StorageFull ? say.full : say.noCamera);
    }
  };
  const save = async () => {
    if (draft.taught.trim() === '' && draft.lacks.trim() === '') return setSaid(say.needTaught);
    if (draft.agreed.some(({ text }) => text.trim() === '')) return setSaid(say.needAgreed);
    try {
      await submitVisit(id, draft, wish);
    } catch {
      return setSaid(say.full);
    }
    syncNow();
    toast(say.saved);
    replace('visits');
  };
  const changeAgreed = (index: number, change: Partial<VisitDraft['agreed'][number]>) =>
    write({ agreed: draft.agreed.map((each, at) => (at === index ? { ...each, ...change } : each)) });
  const today = dateOf(now());
  return (
    <Screen
      title={say.title}
      line={draft.enterprise.name}
      inner
      foot={<Button onTap={() => void save()}>{say.save}</Button>}
    >
      <Notice icon="done" tone="brand">
        {say.here(timeOf(draft.arrivedAt ?? now()))}
      </Notice>
      {draft.refusal === undefined ? null : (
        <Notice icon="abnormal" tone="alert">
          {say.refused(draft.refusal)}
        </Notice>
      )}
      {said === undefined ? null : (
        <Notice icon="abnormal" tone="alert">
          {said}
        </Notice>
      )}
      <Group title={say.photos} />
      <View className="finding-pair">
        {draft.photos.map((hash) => (
          <PhotoThumb
            key={hash}
            hash={hash}
            onTap={() => {
              write({ photos: draft.photos.filter((each) => each !== hash) });
              void dropPhoto(hash);
            }}
          />
        ))}
        <Tap className="photo-more" onTap={() => void shoot()}>
          <Icon name="camera" />
          <Text>{say.shoot}</Text>
        </Tap>
      </View>
      <View className="card">
        <Field
          name={say.taught}
          hint={say.taughtHint}
          most={1000}
          value={draft.taught}
          onInput={(taught) => write({ taught })}
        />
        <Field
          name={say.lacks}
          hint={say.lacksHint}
          most={1000}
          value={draft.lacks}
          onInput={(lacks) => write({ lacks })}
        />
      </View>
      <Group title={say.agreed}>{say.agreedHow}</Group>
      <View className="card">
        {draft.agreed.map(({ text, by }, index) => (
          <View key={index} className="row" style={{ marginBottom: '10px' }}>
            <Input
              className="field grow"
              value={text}
              maxlength={200}
              placeholder={say.agreedHint}
              placeholderClass="placeholder"
              {...(process.env['TARO_ENV'] === 'h5'
                ? { nativeProps: { 'aria-label': `${say.agreed} ${index + 1}` } }
                : { ariaLabel: `${say.agreed} ${index + 1}` })}
              onInput={(event) => changeAgreed(index, { text: event.detail.value })}
            />
            <Picker
              mode="date"
              value={by}
              start={today}
              end={plusDays(today, AGREED_DAYS)}
              onChange={(event) => changeAgreed(index, { by: event.detail.value })}
            >
              <View className="field">{say.until(dayWords(by))}</View>
            </Picker>
          </View>
        ))}
        {draft.agreed.length >= MOST_AGREED ? null : (
          <Button
            kind="link"
            onTap={() => write({ agreed: [...draft.agreed, { text: '', by: plusDays(today, FIRST_DAYS) }] })}
          >
            {say.addAgreed}
          </Button>
        )}
      </View>
      <Group title={say.internal}>{say.internalHow}</Group>
      <View className="card">
        <Field
          name={say.internal}
          hint=""
          most={1000}
          value={draft.internalNote}
          onInput={(internalNote) => write({ internalNote })}
        />
      </View>
      <View className="small center">{say.draftKept}</View>
      <PhotoCanvas />
    </Screen>
  );
}
