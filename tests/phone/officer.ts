import type { PhoneDay } from '../builders/phone';
import type { MiniProgram, PageNode } from './runtime';

/** What an officer does on the phone, the same in both chat apps. */

export interface Item {
  code: string;
  type: string;
  photo: string;
  options?: { zh: string; severity: string | null }[];
}

/** The text of the code on a door. */
export async function codeOf(day: PhoneDay, pointId: number): Promise<string> {
  return (await day.get<{ url: string }>(day.officerId, `/api/points/${pointId}/qr`)).url;
}

/** The items that the phone shows for a door. */
export async function itemsOf(day: PhoneDay, pointId: number): Promise<Item[]> {
  const pack = await day.get<{
    points: { id: string; checklistId: string; items: string[] }[];
    checklists: { id: string; items: Item[] }[];
  }>(day.officerId, '/api/inspections/pack');
  const point = pack.points.find((each) => Number(each.id) === pointId);
  const checklist = pack.checklists.find((each) => each.id === point?.checklistId);
  return (checklist?.items ?? []).filter((item) => point?.items.includes(item.code) && item.type !== 'scan');
}

/** From Today to the open checklist of the door that is in front of the camera. */
export async function scanDoor(program: MiniProgram): Promise<void> {
  if (program.route.includes('today')) await program.tap('扫码开始');
  else await program.tap('去下一处');
  await program.untilAt('checklist');
  await program.until('the cards', () => program.byClass('item-words').length > 0);
}

export async function card(program: MiniProgram, code: string): Promise<PageNode> {
  return program.until(`the card ${code}`, () => program.byId(`item-${code}`));
}

/** Takes `count` photos for an item. */
export async function shoot(program: MiniProgram, code: string, count = 1): Promise<void> {
  for (let taken = 0; taken < count; taken += 1) {
    const shown = await card(program, code);
    if ((shown.cl ?? '').includes('folded')) await program.tap(shown);
    const open = await program.until(`${code} unfolded`, () => {
      const now = program.byId(`item-${code}`);
      return (now?.cl ?? 'folded').includes('folded') ? undefined : now;
    });
    const before = program.byClass('thumb', open).length;
    const [button] = [...program.byClass('photo-more', open), ...program.byClass('photo-ask', open)];
    if (button === undefined) throw new Error(`${code} asks for no photo:\n${program.text(open)}`);
    await program.tap(button);
    await program.until(`photo ${taken + 1} of ${code}`, () => {
      const now = program.byId(`item-${code}`);
      if (now === undefined) return false;
      return program.byClass('thumb', now).length > before || program.text(now).includes(`· ${before + 1} 张`);
    });
  }
}

/** Answers everything as normal, with the photos that are needed; `abnormal` is an item that is not. */
export async function fill(
  program: MiniProgram,
  items: readonly Item[],
  given: { abnormal?: string; note?: string } = {},
): Promise<void> {
  for (const item of items) {
    const shown = await card(program, item.code);
    if (item.type === 'num') await program.input(await fieldOf(program, item.code), '7');
    else if (item.type === 'choice') {
      await program.tap(item.options?.find((option) => option.severity === null)?.zh ?? '', shown);
    } else if (item.type === 'multi') {
      await program.input(await fieldOf(program, item.code), '900-249-08');
      await program.tap('加上', await card(program, item.code));
    } else if (item.type !== 'photo') await program.tap(item.code === given.abnormal ? '异常' : '正常', shown);
    if (item.code === given.abnormal) {
      await program.input(await fieldOf(program, item.code), given.note ?? '阀门关不严，滴水');
    }
    if (item.photo === 'always' || item.code === given.abnormal) await shoot(program, item.code);
  }
}

/** Sends what is complete. */
export async function submit(program: MiniProgram): Promise<void> {
  await program.until('nothing missing', () => program.sees('上报') && !program.sees('还差'));
  await program.tap(program.byClass('main-button')[0] as PageNode);
  await program.untilAt('sent');
}

/** The first field in a card. */
async function fieldOf(program: MiniProgram, code: string): Promise<PageNode> {
  const find = (node: PageNode): PageNode | undefined =>
    /\b(field|number-input)( |$)/.test(node.cl ?? '')
      ? node
      : (node.cn ?? []).map(find).find((found) => found !== undefined);
  return program.until(`a field in ${code}`, () => find(program.byId(`item-${code}`) ?? {}));
}

/** The reports of a door, as they lie in the database. */
export async function reportsOf(day: PhoneDay, pointId: number): Promise<{ id: number; photos: string[] }[]> {
  const { read } = day.test.app.core.db;
  const reports = await read.query<{ id: number }>(
    'SELECT report.id FROM report JOIN task ON task.id = report.task_id WHERE task.point_id = ? ORDER BY report.id',
    [pointId],
  );
  return Promise.all(
    reports.map(async ({ id }) => ({
      id,
      photos: (await read.query<{ state: string }>('SELECT state FROM report_photo WHERE report_id = ?', [id])).map(
        ({ state }) => state,
      ),
    })),
  );
}
