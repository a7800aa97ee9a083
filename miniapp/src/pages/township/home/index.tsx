import Taro, { useDidHide, useDidShow, usePullDownRefresh } from '@tarojs/taro';
import { useEffect, useRef, useState } from 'react';
import { sessionStore } from '../../../api/session';
import { restart } from '../../../components/go';
import { useStore } from '../../../components/store';
import { ready } from '../../../offline/start';
import { deliveries } from '../../../offline/sync';
import { priorities, refreshTownship, stays } from '../kept';
import { Stays } from '../stays';
import { Enterprises } from './enterprises';
import { TownshipMe } from './me';
import { TownshipTabs, type TownshipTab } from './tabs';
import { ToVerify } from './to-verify';
import { Warnings } from './warnings';

/** A major warning stands in the open list within seconds. */
const REFRESH_MS = 20_000;

/** The township specialist's home, and the enforcement officer's. */
export default function TownshipHome() {
  const [tab, setTab] = useState<TownshipTab>('warnings');
  const { phase } = useStore(sessionStore);
  const shown = useRef(false);
  useDidHide(() => {
    shown.current = false;
  });
  useDidShow(() => {
    shown.current = true;
    void ready.then(async () => {
      if (sessionStore.get().phase !== 'in') return;
      if (priorities.store.get().value === undefined) await Promise.all([priorities.load(), stays.load()]);
      await refreshTownship();
    });
  });
  useEffect(() => {
    const timer = setInterval(() => {
      if (shown.current && sessionStore.get().phase === 'in') void refreshTownship();
    }, REFRESH_MS);
    return () => clearInterval(timer);
  }, []);
  const news = useStore(deliveries);
  useEffect(() => {
    if (news > 0) void refreshTownship();
  }, [news]);
  usePullDownRefresh(() => {
    void refreshTownship().finally(() => Taro.stopPullDownRefresh());
  });
  useEffect(() => {
    if (phase === 'out') restart('signIn');
  }, [phase]);
  switch (tab) {
    case 'warnings':
      return <Warnings onTab={setTab} />;
    case 'verify':
      return <ToVerify onTab={setTab} />;
    case 'watch':
      return <Stays foot={<TownshipTabs tab="watch" onTab={setTab} />} />;
    case 'enterprises':
      return <Enterprises onTab={setTab} />;
    case 'me':
      return <TownshipMe onTab={setTab} />;
  }
}
