import { readFileSync } from 'node:fs';
import path from 'node:path';

/** What an officer reads on the spot, in his language: how to check, and what is normal. */

interface Item {
  code: string;
  type: string;
  normal?: string;
  help?: string;
}
const file = path.resolve(__dirname, '../../sql/seed-data/checklists.json');
const lists = JSON.parse(readFileSync(file, 'utf8')) as { items: Item[] }[];
const items = lists.flatMap((list) => list.items);

it('every item that somebody has to judge says how, in one or two short sentences', () => {
  expect(items.length).toBeGreaterThan(90);
  const silent = items.filter(({ type, help = '' }) => type !== 'scan' && (help.length < 10 || help.length > 60));
  expect(silent.map(({ code }) => code)).toEqual([]);
});

it('nothing normal is told in English', () => {
  expect(items.filter(({ normal = '' }) => /[a-z]{3}/.test(normal)).map(({ code }) => code)).toEqual([]);
});
