import { Pool } from 'undici';
import type { Load, Request } from './frame';

const CONNECTIONS = 32;

/** Sends what the parent hands over, each request once, and tells rate and latencies; the first ones only warm up. */
process.once('message', (message) => {
  const { requests, warmUp } = message as { requests: Request[]; warmUp: number };
  const measured = async () => {
    await send(requests.slice(0, warmUp));
    return send(requests.slice(warmUp));
  };
  void measured().then(
    (load) => process.send?.(load, () => process.exit(0)),
    (error: unknown) => {
      console.error(error);
      process.exit(1);
    },
  );
});

async function send(requests: readonly Request[]): Promise<Load> {
  const pool = new Pool(`http://127.0.0.1:${process.argv[2]}`, { connections: CONNECTIONS, pipelining: 1 });
  const latencies: number[] = [];
  let next = 0;
  const began = performance.now();
  await Promise.all(
    Array.from({ length: CONNECTIONS }, async () => {
      for (let request = requests[next++]; request !== undefined; request = requests[next++]) {
        const sent = performance.now();
        const { statusCode, body } = await pool.request({
          path: request.path,
          method: request.body === undefined ? 'GET' : 'POST',
          headers: { authorization: `Bearer ${request.token}`, 'content-type': 'application/json' },
          ...(request.body === undefined ? {} : { body: request.body }),
        });
        const text = await body.text();
        if (statusCode !== 200) throw new Error(`${request.path} answered ${statusCode}: ${text.slice(0, 300)}`);
        latencies.push(performance.now() - sent);
      }
    }),
  );
  const seconds = (performance.now() - began) / 1000;
  await pool.close();
  latencies.sort((a, b) => a - b);
  const at = (share: number) => latencies[Math.floor(share * (latencies.length - 1))] ?? 0;
  return { perSecond: requests.length / seconds, p50Ms: at(0.5), p99Ms: at(0.99) };
}
