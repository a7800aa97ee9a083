import { Text, View } from '@tarojs/components';

export interface Bar {
  key: string;
  /** 0 to 1 of the height. */
  share: number;
  look?: 'none' | 'missed' | 'part' | 'own' | 'other';
}

const MINI = process.env['TARO_ENV'] !== 'h5';

/** A small chart of plain boxes. `label` says in words what it shows: the boxes are not read aloud one by one. */
export function Bars({ bars, label, axis }: { bars: readonly Bar[]; label: string; axis: readonly string[] }) {
  return (
    <>
      <View className="bars" {...(MINI ? { ariaLabel: label } : { role: 'img', 'aria-label': label })}>
        {bars.map(({ key, share, look = '' }) => (
          <View
            key={key}
            className={`bar-day ${look}`}
            {...(look === 'none' || look === 'missed' ? {} : { style: { height: `${Math.max(6, share * 100)}%` } })}
          >
            {look === 'missed' ? '×' : null}
          </View>
        ))}
      </View>
      <View className="bar-axis">
        {axis.map((word) => (
          <Text key={word}>{word}</Text>
        ))}
      </View>
    </>
  );
}
