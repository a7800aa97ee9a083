import { Text, View } from '@tarojs/components';
import type { PriorityRow } from '../../api/types';
import { Icon, Tap, Tag } from '../../components/kit';
import { useStore } from '../../components/store';
import { here, metresTo } from './here';
import { words } from './words';
import './township.css';

/** A choice above a list. */
export function Chip({
  on,
  onTap,
  count,
  children,
}: {
  on: boolean;
  onTap: () => void;
  count?: number;
  children: string;
}) {
  return (
    <Tap className={`chip ${on ? 'on' : ''}`} on={on} onTap={onTap}>
      <Text>{children}</Text>
      {count === undefined ? null : <Text className="strong">{count}</Text>}
    </Tap>
  );
}

/** The health code as a solid plate with its word; what was never evaluated has none of its colours. */
export function Plate({ code, small = false }: { code: PriorityRow['code']; small?: boolean }) {
  const size = small ? 'small-plate' : '';
  if (code === null) return <View className={`plate unknown ${size}`}>{words.enterprise.noCode}</View>;
  return (
    <View className={`plate ${code.colour} ${size}`}>
      <Text className="plate-score">{Math.round(code.score)}</Text>
      <Text>{words.enterprise.colours[code.colour]}</Text>
    </View>
  );
}

/** How far it is, once the phone has been asked where it is. */
export function Far({ place }: { place: { lng: number | null; lat: number | null } }) {
  const from = useStore(here);
  if (from.place === undefined) return null;
  const metres = metresTo(place, from);
  return <Text className="go-far">{metres === undefined ? words.where.unknown : words.where.distance(metres)}</Text>;
}

/** An enterprise on a list: its code, why to go, how far. */
export function EnterpriseRow({ row, onTap }: { row: PriorityRow; onTap: () => void }) {
  const { enterprise, benefit } = row;
  return (
    <Tap className="item" onTap={onTap}>
      <Plate code={row.code} small />
      <View className="grow">
        <View className="go-top">
          <Text className="strong">{enterprise.name}</Text>
          <Far place={enterprise} />
        </View>
        {row.undisturbed ? (
          <View className="finding-tags">
            <Tag icon="pause">{words.enterprises.left}</Tag>
          </View>
        ) : (
          <View className="note">{benefit.reason}</View>
        )}
        <View className="small">{`${enterprise.region.name} · ${enterprise.industry}`}</View>
      </View>
    </Tap>
  );
}

/** What happened, step by step; the last one is where it stands. */
export function Steps({ steps }: { steps: readonly { title: string; line: readonly string[]; note: string }[] }) {
  return (
    <View className="card">
      <View className="steps">
        {steps.map((step, index) => (
          <View key={index} className={`step ${index === steps.length - 1 ? 'now' : ''}`}>
            <View className="strong">{step.title}</View>
            <View className="small">{step.line.filter(Boolean).join(' · ')}</View>
            {step.note === '' ? null : <View className="note">{step.note}</View>}
          </View>
        ))}
      </View>
    </View>
  );
}

/** What to do there, in one line. */
export function Why({ children }: { children: string }) {
  return (
    <View className="go-why">
      <Icon name="pin" />
      <Text className="grow">{children}</Text>
    </View>
  );
}
