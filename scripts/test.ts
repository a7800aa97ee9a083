import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

/** Everything that must hold before a change lands. Each check counts as one; jest's tests count one by one. */

interface Count {
  passed: number;
  failed: number;
}

const BIN = path.resolve(__dirname, '../node_modules/.bin');
/** The dependency check must have seen at least so many modules: an empty run finds no fault. */
const LEAST_MODULES = 120;

function run(command: string, args: string[], show = true): Promise<{ code: number; output: string }> {
  return new Promise((resolve) => {
    const child = spawn(path.join(BIN, command), args, { stdio: ['ignore', 'pipe', 'pipe'] });
    let output = '';
    const keep = (chunk: Buffer) => {
      output += chunk.toString();
      if (show) process.stderr.write(chunk);
    };
    child.stdout.on('data', keep);
    child.stderr.on('data', keep);
    child.on('error', () => resolve({ code: 1, output: `${command} could not be started` }));
    child.on('close', (code) => resolve({ code: code ?? 1, output }));
  });
}

async function check(name: string, holds: () => Promise<{ code: number; output: string }>): Promise<Count> {
  const began = performance.now();
  const { code, output } = await holds();
  const seconds = ((performance.now() - began) / 1000).toFixed(1);
  process.stdout.write(`${code === 0 ? 'ok  ' : 'FAIL'} ${name} (${seconds} s)\n`);
  if (code !== 0) process.stdout.write(`${output}\n`);
  return { passed: code === 0 ? 1 : 0, failed: code === 0 ? 0 : 1 };
}

async function dependencies(): Promise<{ code: number; output: string }> {
  const { code, output } = await run(
    'depcruise',
    ['--config', '.dependency-cruiser.cjs', 'bff', 'scripts', 'tests', 'miniapp/src'],
    false,
  );
  const modules = Number(/\((\d+) modules/.exec(output)?.[1] ?? 0);
  if (code === 0 && modules < LEAST_MODULES) return { code: 1, output: `only ${modules} modules were seen` };
  return { code, output };
}

async function jest(statements: string): Promise<Count> {
  const folder = mkdtempSync(path.join(tmpdir(), 'jest-'));
  const file = path.join(folder, 'result.json');
  process.env['TEST_STATEMENTS'] = statements;
  const { code } = await run('jest', [
    '--config',
    'tests/jest.config.cjs',
    '--json',
    `--outputFile=${file}`,
    ...process.argv.slice(2),
  ]);
  try {
    const result = JSON.parse(readFileSync(file, 'utf8')) as {
      numPassedTests: number;
      numFailedTests: number;
      numRuntimeErrorTestSuites: number;
    };
    const failed = result.numFailedTests + result.numRuntimeErrorTestSuites;
    return { passed: result.numPassedTests, failed: failed === 0 && code !== 0 ? 1 : failed };
  } catch {
    return { passed: 0, failed: 1 };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Two at a time, on as many cores; the builds of the phone app are there when the tests ask for them. */
async function inTwos(checks: readonly (() => Promise<Count>)[]): Promise<Count[]> {
  const counts: Count[] = [];
  let next = 0;
  const lane = async () => {
    for (let each = checks[next++]; each !== undefined; each = checks[next++]) counts.push(await each());
  };
  await Promise.all([lane(), lane()]);
  return counts;
}

const LINT = ['--config', 'scripts/checks/eslint.config.mjs', '--max-warnings', '0'];

async function main(): Promise<void> {
  const tool = (name: string, command: string, ...args: string[]) => {
    return () => check(name, () => run(command, args, false));
  };
  const counts = await inTwos([
    tool('builds of the phone app', 'tsx', 'scripts/setup/build-phone-app.ts', 'h5', 'weapp', 'dd'),
    tool('lint', 'eslint', ...LINT, 'bff', 'scripts', 'tests', 'miniapp'),
    tool('types', 'tsc', '--noEmit'),
    tool('types of the phone app', 'tsc', '--noEmit', '-p', 'miniapp'),
    tool('types of its tests', 'tsc', '--noEmit', '-p', 'tests/miniapp'),
    tool('format', 'prettier', '--check', '--log-level', 'warn', '.'),
    () => check('dependency directions', dependencies),
    tool('dead code', 'knip'),
  ]);
  const statements = mkdtempSync(path.join(tmpdir(), 'statements-'));
  counts.push(await jest(statements));
  // Of a part of the tests only, when asked for: not every named query is sent then.
  if (process.argv.length === 2) {
    counts.push(await tool('grammar of MySQL 8', 'tsx', 'scripts/mysql-grammar.ts', statements)());
  }
  rmSync(statements, { recursive: true, force: true });
  const passed = counts.reduce((sum, count) => sum + count.passed, 0);
  const failed = counts.reduce((sum, count) => sum + count.failed, 0);
  process.stdout.write(`${passed} passed, ${failed} failed\n`);
  process.exit(failed === 0 ? 0 : 1);
}

void main();
