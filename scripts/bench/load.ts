import { Client } from 'undici';
import type { Load, Request } from './frame';

const CONNECTIONS = 32;

process.on('disconnect', () => process.exit(0));

/** Sends what the parent hands over, each request once, and tells rate and latencies; the first ones only warm up. */
process.on('message', (message) => {
  const { requests, warmUp } = message as { requests: Request[]; warmUp: number };
  const measured = async () => {
    await send(requests.slice(0, warmUp));
    return send(requests.slice(warmUp));
  };
  void measured().then(
    (load) => process.send?.(load),
    (error: unknown) => {
      console.error(error);
      process.exit(1);
    },
  );
});

/**
 * One connection each, the next request when the answer is whole. The library's lowest layer, without streams and promises
 * of its own: what the client needs is taken from the same two cores.
 */
async function send(requests: readonly Request[]): Promise<Load> {
  const latencies: number[] = [];
  let next = 0;
  const began = performance.now();
  await Promise.all(Array.from({ length: CONNECTIONS }, () => connection(() => requests[next++], latencies)));
  const seconds = (performance.now() - began) / 1000;
  latencies.sort((a, b) => a - b);
  const at = (share: number) => latencies[Math.floor(share * (latencies.length - 1))] ?? 0;
  return { perSecond: requests.length / seconds, p50Ms: at(0.5), p99Ms: at(0.99) };
}

function connection(take: () => Request | undefined, latencies: number[]): Promise<void> {
  const client = new Client(`http://127.0.0.1:${process.argv[2]}`, { pipelining: 1 });
  return new Promise((resolve, reject) => {
    const nextOne = () => {
      const request = take();
      if (request === undefined) return void client.close().then(resolve, reject);
      const { path, token, body } = request;
      const sent = performance.now();
      let status = 0;
      let told = '';
      client.dispatch(
        {
          path,
          method: body === undefined ? 'GET' : 'POST',
          headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
          body: body ?? null,
        },
        {
          onRequestStart: () => undefined,
          onResponseStart: (_controller, statusCode) => void (status = statusCode),
          onResponseData: (_controller, chunk) => {
            if (status !== 200) told += chunk.toString();
          },
          onResponseEnd: () => {
            if (status !== 200) return reject(new Error(`${path} answered ${status}: ${told.slice(0, 300)}`));
            latencies.push(performance.now() - sent);
            nextOne();
          },
          onResponseError: (_controller, error) => reject(error),
        },
      );
    };
    nextOne();
  });
}
