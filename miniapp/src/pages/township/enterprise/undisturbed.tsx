import { Textarea, View } from '@tarojs/components';
import { useState } from 'react';
import { Button, Notice, Sheet, Tap } from '../../../components/kit';
import { words } from '../words';

/** An enterprise that is left alone: not going is the easy way, and going takes a reason. */
export function UndisturbedSheet({
  since,
  onStay,
  onGo,
}: {
  /** '8月20日' */
  since: string;
  onStay: () => void;
  onGo: (reason: string) => void;
}) {
  const [chosen, setChosen] = useState<string>();
  const [own, setOwn] = useState('');
  const [said, setSaid] = useState<string>();
  const go = () => {
    if (chosen === undefined) return setSaid(words.undisturbed.need);
    const reason = chosen === words.undisturbed.own ? own.trim() : chosen;
    if (reason === '') return setSaid(words.undisturbed.needOwn);
    onGo(reason);
  };
  return (
    <Sheet onClose={onStay}>
      <View className="grab" />
      <View className="title">{words.undisturbed.title}</View>
      <View className="note">{words.undisturbed.how(since)}</View>
      <View className="field-name" style={{ margin: '16px 0 8px' }}>
        {words.undisturbed.ask}
      </View>
      <View className="choices wrap" style={{ marginBottom: '12px' }}>
        {[...words.undisturbed.reasons, words.undisturbed.own].map((reason) => (
          <Tap
            key={reason}
            className={`choice ${chosen === reason ? 'tinted' : ''}`}
            on={chosen === reason}
            onTap={() => setChosen(reason)}
          >
            {reason}
          </Tap>
        ))}
      </View>
      {chosen === words.undisturbed.own ? (
        <Textarea
          className="field"
          value={own}
          maxlength={200}
          autoHeight
          placeholder={words.undisturbed.ownHint}
          placeholderClass="placeholder"
          {...(process.env['TARO_ENV'] === 'h5'
            ? { nativeProps: { 'aria-label': words.undisturbed.own } }
            : { ariaLabel: words.undisturbed.own })}
          onInput={(event) => setOwn(event.detail.value)}
        />
      ) : null}
      {said === undefined ? null : (
        <Notice icon="abnormal" tone="alert">
          {said}
        </Notice>
      )}
      <View style={{ marginTop: '12px' }}>
        <Button onTap={onStay}>{words.undisturbed.stay}</Button>
        <Button kind="link" onTap={go}>
          {words.undisturbed.go}
        </Button>
      </View>
    </Sheet>
  );
}
