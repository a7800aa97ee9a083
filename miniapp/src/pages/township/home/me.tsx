import { View } from '@tarojs/components';
import { api } from '../../../api/client';
import { forgetSession, sessionStore } from '../../../api/session';
import { open, restart } from '../../../components/go';
import { Group, LinkRow, Screen, Tap } from '../../../components/kit';
import { useStore } from '../../../components/store';
import { setTextSize, textSizeStore } from '../../../components/text-size';
import { device } from '../../../device/platform';
import { conducts } from '../roles';
import { words } from '../words';
import { TownshipTabs, type TownshipTab } from './tabs';

export function TownshipMe({ onTab }: { onTab: (tab: TownshipTab) => void }) {
  const { person } = useStore(sessionStore);
  const size = useStore(textSizeStore);
  const regions = person?.scopes.flatMap((scope) => (scope.region === null ? [] : [scope.region.name])) ?? [];
  const signOut = async () => {
    if (device.kind === 'h5') await api.endWeb().catch(() => undefined);
    await forgetSession();
    restart('signIn');
  };
  return (
    <Screen title={words.me.title} foot={<TownshipTabs tab="me" onTab={onTab} />}>
      <View className="card">
        <View className="head">{person?.name ?? ''}</View>
        <View className="note">{words.township.region(regions.join('、'))}</View>
      </View>
      <Group title={words.me.size} />
      <View className="choices wrap">
        {words.me.sizes.map((name, index) => (
          <Tap
            key={name}
            className={`choice ${size === index ? 'tinted' : ''}`}
            on={size === index}
            onTap={() => setTextSize(index)}
          >
            {name}
          </Tap>
        ))}
      </View>
      <View className="card flush">
        <LinkRow icon="todo" title={words.visits.title} onTap={() => open('visits')} />
        {conducts(person) ? null : (
          <LinkRow icon="flag" title={words.supervision.title} onTap={() => open('supervision')} />
        )}
        <LinkRow icon="flag" title={words.numbers.title} onTap={() => open('numbers')} />
        <LinkRow icon="shield" title={words.me.privacy} onTap={() => open('privacy')} />
        <LinkRow icon="exit" title={words.me.signOut} onTap={() => void signOut()} />
      </View>
    </Screen>
  );
}
