import { Input, Text, Textarea, View } from '@tarojs/components';
import { memo, useState } from 'react';
import { dateOf, shortDate } from '../../../api/clock';
import { Icon, Notice, State, Tap } from '../../../components/kit';
import { PhotoThumb } from '../../../components/photo';
import {
  beyond,
  doubtful,
  lookOf,
  numberOf,
  photosMissing,
  severityOf,
  type DraftAnswer,
  type FillItem,
  type Look,
} from '../../../offline/checks';
import { words } from '../../../words';
import { basisOf } from './basis';

interface Props {
  item: FillItem;
  number: number;
  answer: DraftAnswer | undefined;
  photos: readonly string[] | undefined;
  lastAt: string | null;
  /** Unfolded though it is answered. */
  open: boolean;
  onAnswer: (code: string, change: DraftAnswer) => void;
  onShoot: (code: string) => void;
  onLook: (code: string, hash: string) => void;
  onToggle: (code: string) => void;
}

/** One item of the checklist. What is answered and complete folds to one line. */
export const ItemCard = memo(function ItemCard(props: Props) {
  const { item, number, answer, photos = [], open, onToggle } = props;
  const [helping, setHelping] = useState(false);
  const look = lookOf(item, answer);
  const missing = photosMissing(item, look, photos.length);
  const complete =
    (look === 'normal' || look === 'na') && missing === 0 && item.type !== 'num' && item.type !== 'multi';
  const settled = item.type === 'photo' ? photos.length > 0 : complete;
  if (settled && !open) {
    return (
      <Tap id={`item-${item.code}`} className="card folded" onTap={() => onToggle(item.code)}>
        <Text className="number">{number}</Text>
        <Text className="grow folded-words">{item.zh}</Text>
        <State icon="done" tone="brand">
          {look === 'na' ? words.fill.na : item.type === 'choice' ? String(answer?.value) : words.fill.normal}
          {photos.length > 0 ? ` · ${photos.length} 张` : ''}
        </State>
      </Tap>
    );
  }
  const frame = look === 'abnormal' ? 'framed-alert' : look !== 'unanswered' && missing > 0 ? 'framed-care' : '';
  return (
    <View id={`item-${item.code}`} className={`card ${frame}`}>
      <View className="row item-head">
        <Text className={`number ${look === 'abnormal' ? 'bad' : ''}`}>{number}</Text>
        <Text className="grow item-words">{item.zh}</Text>
        <Tap
          className="help-dot"
          label={`${words.fill.help}：${item.zh}`}
          on={helping}
          onTap={() => setHelping(!helping)}
        >
          <Icon name="info" size={22} />
        </Tap>
      </View>
      {helping ? (
        <View className="help-words">
          {item.help === undefined ? null : <View className="note">{item.help}</View>}
          {item.normal === undefined ? null : <View className="note">{`${words.fill.normal}：${item.normal}`}</View>}
          <View className="small">{`${words.fill.basis}：${basisOf(item)}`}</View>
        </View>
      ) : null}
      <Ask {...props} look={look} />
      {look === 'abnormal' ? <Abnormal {...props} /> : null}
      <Photos {...props} look={look} missing={missing} />
    </View>
  );
});

function Ask({ item, answer, lastAt, onAnswer, look }: Props & { look: Look }) {
  const give = (value: NonNullable<DraftAnswer['value']>) => onAnswer(item.code, { value });
  switch (item.type) {
    case 'photo':
      return null;
    case 'num':
      return <NumberAsk item={item} answer={answer} lastAt={lastAt} onAnswer={onAnswer} />;
    case 'choice':
      return (
        <View className="choices wrap">
          {item.options?.map(({ zh, severity }) => {
            const on = answer?.value === zh;
            return (
              <Tap
                key={zh}
                className={`choice ${on ? (severity === null ? 'on' : 'bad') : ''}`}
                on={on}
                onTap={() => give(zh)}
              >
                {zh}
              </Tap>
            );
          })}
        </View>
      );
    case 'multi': {
      const chosen = Array.isArray(answer?.value) ? answer.value : [];
      return <Codes chosen={chosen} last={item.last} onChange={(codes) => onAnswer(item.code, { value: codes })} />;
    }
    default:
      return (
        <View className="choices">
          <Tap className={`choice ${look === 'normal' ? 'on' : ''}`} on={look === 'normal'} onTap={() => give('ok')}>
            {look === 'normal' ? <Icon name="check" /> : null}
            <Text>{words.fill.normal}</Text>
          </Tap>
          <Tap
            className={`choice ${look === 'abnormal' ? 'bad' : ''}`}
            on={look === 'abnormal'}
            onTap={() => give('abnormal')}
          >
            {look === 'abnormal' ? <Icon name="abnormal" /> : null}
            <Text>{words.fill.abnormal}</Text>
          </Tap>
          {item.type === 'ok_na' ? (
            <Tap className={`choice ${look === 'na' ? 'tinted' : ''}`} on={look === 'na'} onTap={() => give('na')}>
              <Text>{words.fill.na}</Text>
            </Tap>
          ) : null}
        </View>
      );
  }
}

/** Waste codes: those of the last time are one tap away, others are typed. */
function Codes({
  chosen,
  last,
  onChange,
}: {
  chosen: readonly string[];
  last: FillItem['last'];
  onChange: (codes: string[]) => void;
}) {
  const [typed, setTyped] = useState('');
  const known = [...new Set([...(Array.isArray(last) ? last : []), ...chosen])];
  const flip = (code: string) =>
    onChange(chosen.includes(code) ? chosen.filter((each) => each !== code) : [...chosen, code]);
  const add = () => {
    const code = typed.trim();
    if (code !== '' && !chosen.includes(code)) onChange([...chosen, code]);
    setTyped('');
  };
  return (
    <>
      <View className="choices wrap">
        {known.map((code) => (
          <Tap
            key={code}
            className={`choice ${chosen.includes(code) ? 'tinted' : ''}`}
            on={chosen.includes(code)}
            onTap={() => flip(code)}
          >
            {chosen.includes(code) ? <Icon name="check" /> : null}
            <Text>{code}</Text>
          </Tap>
        ))}
      </View>
      <View className="row" style={{ marginTop: '8px' }}>
        <Input
          className="field grow"
          value={typed}
          maxlength={40}
          placeholder={words.fill.waste}
          placeholderClass="placeholder"
          {...named(words.fill.waste)}
          onInput={(event) => setTyped(event.detail.value)}
          onConfirm={add}
        />
        <Tap className="choice add" onTap={add}>
          {words.fill.add}
        </Tap>
      </View>
    </>
  );
}

const named = (label: string): object =>
  process.env['TARO_ENV'] === 'h5'
    ? { 'aria-label': label, nativeProps: { 'aria-label': label } }
    : { ariaLabel: label };

function NumberAsk({ item, answer, lastAt, onAnswer }: Pick<Props, 'item' | 'answer' | 'lastAt' | 'onAnswer'>) {
  const unit = item.unit === '无量纲' ? '' : (item.unit ?? '');
  const typed = answer?.typed ?? (typeof answer?.value === 'number' ? String(answer.value) : '');
  const { min, max } = item.limit ?? { min: null, max: null };
  const value = numberOf(typed);
  const broken = value === undefined ? null : beyond(item, value);
  const doubt = value === undefined || broken !== null ? null : doubtful(item, value);
  const withUnit = (number: number) => `${number}${unit === '' ? '' : ` ${unit}`}`;
  const tone = broken !== null ? 'bad' : doubt !== null || (typed !== '' && value === undefined) ? 'care' : '';
  const hint =
    typed !== '' && value === undefined
      ? words.fill.notNumber
      : broken !== null
        ? broken.side === 'over'
          ? words.fill.over(withUnit(broken.limit))
          : words.fill.under(withUnit(broken.limit))
        : doubt === 'near'
          ? words.fill.near
          : doubt === 'far'
            ? words.fill.far(withUnit(item.last as number))
            : undefined;
  return (
    <>
      <View className="row number-row">
        <View className={`number-box ${tone}`}>
          <Input
            className="number-input"
            type="digit"
            value={typed}
            maxlength={16}
            placeholder={words.fill.number}
            placeholderClass="placeholder"
            {...named(item.zh)}
            onInput={(event) => {
              const text = event.detail.value;
              const number = numberOf(text);
              onAnswer(item.code, {
                typed: text,
                ...(number === undefined ? { value: undefined } : { value: number }),
              });
            }}
          />
          <Text className="number-unit">{unit}</Text>
        </View>
        <View className="grow">
          {min === null ? null : (
            <View className="pair one-line">
              <Text className="pair-name">{words.fill.lower}</Text>
              <Text>{withUnit(min)}</Text>
            </View>
          )}
          {max === null ? null : (
            <View className="pair one-line">
              <Text className="pair-name">{words.fill.upper}</Text>
              <Text>{withUnit(max)}</Text>
            </View>
          )}
          {typeof item.last !== 'number' ? null : (
            <View className="pair one-line">
              <Text className="pair-name">{words.fill.last(lastAt === null ? '' : shortDate(dateOf(lastAt)))}</Text>
              <Text>{withUnit(item.last)}</Text>
            </View>
          )}
        </View>
      </View>
      {item.absent === undefined ? null : (
        <View className="choices">
          <Tap
            className={`choice ${answer?.value === 'na' ? 'tinted' : ''}`}
            on={answer?.value === 'na'}
            onTap={() => onAnswer(item.code, { typed: '', value: answer?.value === 'na' ? undefined : 'na' })}
          >
            {item.absent.zh}
          </Tap>
        </View>
      )}
      {hint === undefined ? null : (
        <View className={`hint ${broken !== null ? 'ink-alert' : 'ink-care'}`}>
          <Icon name={broken !== null ? 'abnormal' : 'late'} size={18} />
          <Text className="grow">{hint}</Text>
        </View>
      )}
    </>
  );
}

/** What is wrong, how bad by which rule, and that honesty costs nothing. */
function Abnormal({ item, answer, onAnswer }: Props) {
  const level = severityOf(item, answer);
  return (
    <View className="abnormal">
      <Textarea
        className="field note-field"
        value={answer?.note ?? ''}
        maxlength={500}
        autoHeight
        placeholder={words.fill.what}
        placeholderClass="placeholder"
        {...named(words.fill.whatShort)}
        onInput={(event) => onAnswer(item.code, { note: event.detail.value })}
      />
      {item.question === undefined ? null : (
        <View>
          <View className="field-name">{item.question.zh}</View>
          <View className="choices">
            <Tap
              className={`choice ${answer?.worse === false ? 'tinted' : ''}`}
              on={answer?.worse === false}
              onTap={() => onAnswer(item.code, { worse: false })}
            >
              {words.fill.no}
            </Tap>
            <Tap
              className={`choice ${answer?.worse === true ? 'tinted-bad' : ''}`}
              on={answer?.worse === true}
              onTap={() => onAnswer(item.code, { worse: true })}
            >
              {words.fill.yes}
            </Tap>
          </View>
        </View>
      )}
      <View className="pair">
        <Text>{words.fill.severity}</Text>
        <Text className="ink-alert strong">{`${words.fill.levels[level] ?? level}（${words.fill.byRule}）`}</Text>
      </View>
      <Notice icon="info" tone={level === 'major' ? 'alert' : 'quiet'}>
        {level === 'major' ? words.fill.majorTold : words.fill.honest}
      </Notice>
    </View>
  );
}

function Photos({ item, photos = [], look, missing, onShoot, onLook }: Props & { look: Look; missing: number }) {
  const wanted = item.photo === 'always' || look === 'abnormal' || photos.length > 0;
  if (!wanted) return null;
  if (photos.length === 0) {
    return (
      <Tap className={`photo-ask ${missing > 0 ? '' : 'quiet'}`} onTap={() => onShoot(item.code)}>
        <Icon name="camera" />
        <View className="grow">
          <View className="strong">{missing > 0 ? words.fill.needPhoto(missing) : words.fill.photo}</View>
          {missing > 0 ? <View className="small">{words.fill.needPhotoHow}</View> : null}
        </View>
      </Tap>
    );
  }
  return (
    <View className="photos">
      {photos.map((hash) => (
        <PhotoThumb key={hash} hash={hash} onTap={() => onLook(item.code, hash)} />
      ))}
      <Tap className="photo-more" onTap={() => onShoot(item.code)}>
        <Icon name="camera" />
        <Text>{words.fill.more}</Text>
      </Tap>
    </View>
  );
}
