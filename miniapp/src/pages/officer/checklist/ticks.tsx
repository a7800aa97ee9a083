import { View } from '@tarojs/components';
import { isAnswered, lookOf, photosMissing, type FillItem } from '../../../offline/checks';
import type { Draft } from '../../../offline/drafts';

/** One tick per item: full, half (photo missing), hollow (unanswered), madder (abnormal). */
export function Ticks({ items, draft }: { items: readonly FillItem[]; draft: Draft }) {
  return (
    <View className="ticks" {...(process.env['TARO_ENV'] === 'h5' ? { 'aria-hidden': 'true' } : {})}>
      {items.map((item) => (
        <View key={item.code} className={`tick ${tickOf(item, draft)}`} />
      ))}
    </View>
  );
}

function tickOf(item: FillItem, draft: Draft): string {
  const answer = draft.answers[item.code];
  const look = lookOf(item, answer);
  if (!isAnswered(item, look)) return 'hollow';
  if (photosMissing(item, look, draft.photos[item.code]?.length ?? 0) > 0) return 'half';
  if (look !== 'abnormal') return 'full';
  return (answer?.note ?? '').trim() === '' ? 'half' : 'bad';
}
