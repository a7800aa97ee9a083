import { buildApp } from '../../bff/src/app';
import { systemClock } from '../../bff/src/core/clock';
import { readConfig } from '../../bff/src/core/config';
import { benchCounty, benchTokens } from './county';
import { benchEnvironment, best, round, serve, type Bench, type Load } from './frame';

const OFFICERS = 500;
const POINTS = 5;
const REQUESTS = 12_000;
const WARM_UP = 2000;
const TURNS = 3;

/** An officer's list of five tasks through the app, against koa with the same query and nothing else. */
export const tasklist: Bench = async ({ url, db, say }) => {
  await benchCounty(db, OFFICERS, POINTS);
  const app = buildApp({ config: readConfig(benchEnvironment(url)), clock: systemClock });
  await app.jobs.runOnly('dispatch');
  await app.close();
  const tokens = benchTokens(OFFICERS);
  const requests = (path: (officer: number) => string) =>
    Array.from({ length: REQUESTS }, (_, index) => {
      const officer = index % OFFICERS;
      return { path: path(officer + 1), token: tokens[officer] ?? '' };
    });
  const [own, bare]: [Load[], Load[]] = [[], []];
  const [served, servedBare] = [await serve('app', url), await serve('bare-list', url)];
  for (let turn = 1; turn <= TURNS; turn += 1) {
    say(`turn ${turn} of ${TURNS}: the app, the floor`);
    const lists = requests(() => '/api/tasks/today');
    own.push(await served.load(lists, WARM_UP));
    const queries = requests((officer) => `/${officer}`);
    bare.push(await servedBare.load(queries, WARM_UP));
  }
  served.stop();
  servedBare.stop();
  const [list, floor] = [best(own), best(bare)];
  return [
    {
      bench: 'tasklist',
      figure: 'tasklist',
      value: Math.round(list.perSecond),
      unit: 'requests/s',
      floor: Math.round(floor.perSecond),
      ratio: round(list.perSecond / floor.perSecond),
      p50Ms: round(list.p50Ms),
      p99Ms: round(list.p99Ms),
    },
  ];
};
