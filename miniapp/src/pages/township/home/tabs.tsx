import { Text, View } from '@tarojs/components';
import { Icon, Tap, type IconName } from '../../../components/kit';
import { useStore } from '../../../components/store';
import { sessionStore } from '../../../api/session';
import { duties, toActOn, warnings } from '../../../offline/day';
import { stays } from '../kept';
import { conducts, ownSteps } from '../roles';
import { words } from '../words';
import '../../officer/today/dock.css';

export type TownshipTab = 'warnings' | 'verify' | 'watch' | 'enterprises' | 'me';

const TABS: readonly [TownshipTab, IconName][] = [
  ['warnings', 'bell'],
  ['verify', 'wrench'],
  ['watch', 'flag'],
  ['enterprises', 'list'],
  ['me', 'person'],
];

export function TownshipTabs({ tab, onTab }: { tab: TownshipTab; onTab: (tab: TownshipTab) => void }) {
  const { value } = useStore(duties.store);
  const { person } = useStore(sessionStore);
  const watched = useStore(stays.store).value?.rows ?? [];
  const open = toActOn(useStore(warnings.store).value ?? []);
  const waiting = {
    warnings: open,
    verify: (value?.verify.length ?? 0) + (value?.extensions.length ?? 0),
    watch: ownSteps(watched, person).length,
    enterprises: 0,
    me: 0,
  };
  return (
    <View className="dock">
      <View className="dock-tabs">
        {TABS.filter(([name]) => name !== 'watch' || conducts(person)).map(([name, icon]) => (
          <Tap
            key={name}
            className={`dock-tab ${name === tab ? 'on' : ''}`}
            on={name === tab}
            onTap={() => onTab(name)}
          >
            <Icon name={icon} />
            {waiting[name] > 0 ? <Text className="dock-badge">{waiting[name]}</Text> : null}
            <Text>{words.township.tabs[name]}</Text>
          </Tap>
        ))}
      </View>
    </View>
  );
}
