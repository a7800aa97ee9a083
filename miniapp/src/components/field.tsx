import { Textarea, View } from '@tarojs/components';

/** A text that is asked for, under its name. */
export function Field({
  name,
  hint,
  value,
  most = 500,
  onInput,
}: {
  name: string;
  hint: string;
  value: string;
  most?: number;
  onInput: (value: string) => void;
}) {
  return (
    <>
      <View className="field-name" style={{ marginTop: '12px' }}>
        {name}
      </View>
      <Textarea
        className="field"
        value={value}
        maxlength={most}
        autoHeight
        placeholder={hint}
        placeholderClass="placeholder"
        {...(process.env['TARO_ENV'] === 'h5' ? { nativeProps: { 'aria-label': name } } : { ariaLabel: name })}
        onInput={(event) => onInput(event.detail.value)}
      />
    </>
  );
}
