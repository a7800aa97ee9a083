import { dispatch } from './bench/dispatch';
import { withDatabase, type Figure } from './bench/frame';
import { fuzz } from './bench/fuzz';
import { healthcode } from './bench/healthcode';
import { importBench } from './bench/import';
import { lists } from './bench/lists';
import { miniapp } from './bench/miniapp';
import { push } from './bench/push';
import { rescore } from './bench/rescore';
import { rules } from './bench/rules';
import { start } from './bench/start';
import { submit } from './bench/submit';
import { submitWorking } from './bench/submit-working';
import { sustained, sustainedSmall } from './bench/sustained';
import { tasklist } from './bench/tasklist';
import { whatif } from './bench/whatif';
import { warn } from './bench/warn';
import { year } from './bench/year';

/** npm run bench -- NAME: one JSON line per figure on stdout, progress on stderr. */
const say = (line: string) => void process.stderr.write(`${line}\n`);
const benches: Readonly<Record<string, () => Promise<Figure[]>>> = {
  dispatch: () => withDatabase(say, dispatch),
  submit: () => withDatabase(say, submit),
  'submit-working': () => withDatabase(say, submitWorking),
  sustained: () => withDatabase(say, sustained),
  'sustained-small': () => withDatabase(say, sustainedSmall),
  tasklist: () => withDatabase(say, tasklist),
  import: () => withDatabase(say, importBench),
  fuzz: () => withDatabase(say, fuzz),
  rules: () => withDatabase(say, rules),
  healthcode: () => withDatabase(say, healthcode),
  rescore: () => withDatabase(say, rescore),
  warn: () => withDatabase(say, warn),
  push: () => withDatabase(say, push),
  year: () => withDatabase(say, year),
  whatif: () => withDatabase(say, whatif),
  lists: () => lists(say),
  start: () => start(say),
  miniapp: () => miniapp(say),
};

async function main(): Promise<void> {
  const [name = ''] = process.argv.slice(2);
  const bench = benches[name];
  if (bench === undefined) {
    say(`npm run bench -- NAME, with NAME one of: ${Object.keys(benches).join(', ')}`);
    process.exit(1);
  }
  for (const figure of await bench()) process.stdout.write(`${JSON.stringify(figure)}\n`);
}

main().catch((error: unknown) => {
  console.error(error);
  process.exit(1);
});
