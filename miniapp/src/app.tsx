import { useDidShow, useLaunch } from '@tarojs/taro';
import type { PropsWithChildren } from 'react';
import { device } from './device/platform';
import { ready, watchNetwork } from './offline/start';
import { syncNow } from './offline/sync';
import { loadTextSize } from './components/text-size';
import './app.css';

function App({ children }: PropsWithChildren) {
  useLaunch(() => {
    void loadTextSize();
    watchNetwork();
    device.watchVersion();
    if (process.env['TARO_ENV'] === 'h5' && process.env['NODE_ENV'] === 'production') void keepOffline();
  });
  useDidShow(() => {
    void ready.then(syncNow);
  });
  return children;
}

/** In a browser the app itself must be there without signal too. */
async function keepOffline(): Promise<void> {
  if (!('serviceWorker' in navigator)) return;
  await navigator.serviceWorker.register('sw.js').catch(() => undefined);
}

export default App;
