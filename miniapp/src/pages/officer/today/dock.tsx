import { Text, View } from '@tarojs/components';
import type { ReactNode } from 'react';
import { Icon, Tap, type IconName } from '../../../components/kit';
import { useStore } from '../../../components/store';
import { findings } from '../../../offline/day';
import { words } from '../../../words';
import './dock.css';

export type Tab = 'today' | 'records' | 'findings' | 'me';

const TABS: readonly [Tab, IconName][] = [
  ['today', 'list'],
  ['records', 'calendar'],
  ['findings', 'wrench'],
  ['me', 'person'],
];

/** The three tabs, under the screen's own action. */
export function Dock({ tab, onTab, children }: { tab: Tab; onTab: (tab: Tab) => void; children?: ReactNode }) {
  const open = useStore(findings.store).value?.open.length ?? 0;
  return (
    <View className="dock">
      {children}
      <View className="dock-tabs">
        {TABS.map(([name, icon]) => (
          <Tap
            key={name}
            className={`dock-tab ${name === tab ? 'on' : ''}`}
            on={name === tab}
            onTap={() => onTab(name)}
          >
            <Icon name={icon} />
            {name === 'findings' && open > 0 ? <Text className="dock-badge">{open}</Text> : null}
            <Text>{words.tabs[name]}</Text>
          </Tap>
        ))}
      </View>
    </View>
  );
}
