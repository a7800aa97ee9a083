import { useDidShow, useLoad } from '@tarojs/taro';
import { useEffect, useRef, useState, type ReactNode } from 'react';
import { troubleOf, type Trouble } from '../offline/day';
import { keep } from '../offline/keep';
import { ready } from '../offline/start';
import { deliveries } from '../offline/sync';
import { TroubleCard } from '../pages/officer/today/trouble';
import { Screen, Skeleton } from './kit';
import { saidBy } from './said';
import { useStore } from './store';

interface Props<T> {
  title: string;
  /** What is said when it cannot be had, and what that does not mean. */
  failed: string;
  failedHow: string;
  fetch: () => Promise<T>;
  /** Where the phone keeps it for the next time without signal; not kept without it. */
  kept?: string;
  /** For a page whose state is changed by the pages that it opens: fetched anew whenever it comes back. */
  again?: boolean;
  /** `trouble`: why what is shown is not the newest. */
  children: (value: T, onChange: (value: T) => void, trouble: Trouble | undefined) => ReactNode;
}

/** A page about one thing of the server's: its shape while it is on its way, the reason when it does not come. */
export function Fetched<T>({ title, failed, failedHow, fetch, kept, again = false, children }: Props<T>) {
  const [value, setValue] = useState<T>();
  const [trouble, setTrouble] = useState<Trouble>();
  const [said, setSaid] = useState<string>();
  const show = (fresh: T) => {
    setValue(fresh);
    if (kept !== undefined) void keep.set(kept, fresh).catch(() => undefined);
  };
  const refresh = async () => {
    try {
      show(await fetch());
      setTrouble(undefined);
    } catch (error) {
      setTrouble(troubleOf(error));
      setSaid(saidBy(error));
    }
  };
  const load = async () => {
    await ready;
    setTrouble(undefined);
    if (kept !== undefined) setValue(await keep.get<T>(kept));
    await refresh();
  };
  const loaded = useRef(false);
  useLoad(() => void load());
  useDidShow(() => {
    if (loaded.current && again) void refresh();
    loaded.current = true;
  });
  const news = useStore(deliveries);
  useEffect(() => {
    if (loaded.current && again) void refresh();
  }, [news]);
  if (value !== undefined) return children(value, show, trouble);
  return (
    <Screen title={title} inner>
      {trouble === undefined ? (
        <Skeleton rows={4} />
      ) : (
        <TroubleCard trouble={trouble} said={said} title={failed} how={failedHow} onAgain={() => void load()} />
      )}
    </Screen>
  );
}
