import { spawnSync } from 'node:child_process';
import { readFileSync, symlinkSync } from 'node:fs';
import path from 'node:path';
import { startDemo, type Demo } from '../builders/demo';

/** Starts the demo as a newcomer would and runs the shell blocks of README.md as they are printed. */

const ROOT = path.resolve(__dirname, '../..');
let demo: Demo;

beforeAll(async () => {
  demo = await startDemo();
  // The tour makes its photo with a package of the project's.
  symlinkSync(path.join(ROOT, 'node_modules'), path.join(demo.folder, 'node_modules'));
}, 120_000);
afterAll(() => demo.remove(), 60_000);

describe("the README's tour", () => {
  it('works as printed: log in, list, scan, upload, report, and the same receipt again', () => {
    const blocks = [...readFileSync(path.join(ROOT, 'README.md'), 'utf8').matchAll(/```sh tour\n([\s\S]*?)```/g)];
    expect(blocks.length).toBeGreaterThanOrEqual(5);
    const script = `set -eu\n${blocks.map((block) => block[1]).join('\n')}`;
    const run = spawnSync('sh', ['-c', script], {
      cwd: demo.folder,
      env: { ...process.env, BASE: demo.base },
      encoding: 'utf8',
    });
    expect(run.stderr).toBe('');
    expect(run.status).toBe(0);
    const lines = run.stdout.trim().split('\n');
    const [first, second] = lines.slice(-2);
    expect(first).toMatch(/^stored (done|late) \d+$/);
    expect(second).toBe(first?.replace('stored', 'repeated'));
  });

  it('leaves what WeChat received readable', async () => {
    const answer = await fetch(`${demo.base}/standin/wechat`);
    const { received } = (await answer.json()) as { received: { path: string }[] };
    expect(received.map((exchange) => exchange.path)).toContain('/sns/jscode2session');
  });
});
