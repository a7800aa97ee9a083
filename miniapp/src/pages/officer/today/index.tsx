import { useDidShow, usePullDownRefresh } from '@tarojs/taro';
import Taro from '@tarojs/taro';
import { useEffect, useState } from 'react';
import { sessionStore } from '../../../api/session';
import { restart } from '../../../components/go';
import { useStore } from '../../../components/store';
import { ready, refreshDay } from '../../../offline/start';
import { Findings } from '../findings/findings';
import { Me } from '../me/me';
import { Records } from '../records/records';
import type { Tab } from './dock';
import { Today } from './today';

/** The officer's home: three tabs on one page, so that changing between them keeps what was on the screen. */
export default function Home() {
  const [tab, setTab] = useState<Tab>('today');
  const { phase } = useStore(sessionStore);
  useDidShow(() => {
    void ready.then(() => {
      const { phase: now, person: who } = sessionStore.get();
      if (who !== undefined && !who.roles.includes('officer')) restart('township');
      else if (now === 'in') void refreshDay();
    });
  });
  usePullDownRefresh(() => {
    void refreshDay().finally(() => Taro.stopPullDownRefresh());
  });
  useEffect(() => {
    if (phase === 'out') restart('signIn');
  }, [phase]);
  switch (tab) {
    case 'today':
      return <Today onTab={setTab} />;
    case 'records':
      return <Records onTab={setTab} />;
    case 'findings':
      return <Findings onTab={setTab} />;
    case 'me':
      return <Me onTab={setTab} />;
  }
}
