import { InGroups, type Settled } from '../../bff/src/core/in-groups';

const options = { most: 10, lanes: 2, quickMs: 200, isWhole: () => false };
const settled = (items: readonly number[]): Settled<number>[] => items.map((item) => ({ value: item * 2 }));

describe('InGroups', () => {
  it('takes what comes at once, and what gathers meanwhile, as groups, and gives each item its own result', async () => {
    const groups: number[][] = [];
    const inGroups = new InGroups<number, number>(
      async (items) => {
        groups.push([...items]);
        await new Promise((resolve) => setTimeout(resolve, 20));
        return settled(items);
      },
      { ...options, most: 3 },
    );
    const first = [1, 2].map((item) => inGroups.submit(item));
    await new Promise((resolve) => setTimeout(resolve, 5));
    const later = [3, 4, 5, 6].map((item) => inGroups.submit(item));
    expect(await Promise.all([...first, ...later])).toEqual([2, 4, 6, 8, 10, 12]);
    expect(groups).toEqual([[1, 2], [3, 4, 5], [6]]);
  });

  it('refuses one item without the others', async () => {
    const inGroups = new InGroups<number, number>(
      async (items) => items.map((item) => (item === 2 ? { refusal: new Error('two') } : { value: item })),
      options,
    );
    const results = await Promise.allSettled([1, 2, 3].map((item) => inGroups.submit(item)));
    expect(results.map((result) => result.status)).toEqual(['fulfilled', 'rejected', 'fulfilled']);
  });

  it('takes a group that failed apart by halves, so that only the culprit fails', async () => {
    const groups: number[] = [];
    const inGroups = new InGroups<number, number>(async (items) => {
      groups.push(items.length);
      if (items.includes(3)) throw new Error('three');
      return settled(items);
    }, options);
    const results = await Promise.allSettled([1, 2, 3, 4, 5, 6, 7, 8].map((item) => inGroups.submit(item)));
    expect(results.map((result) => (result.status === 'fulfilled' ? result.value : 'failed'))).toEqual([
      2,
      4,
      'failed',
      8,
      10,
      12,
      14,
      16,
    ]);
    expect(groups).toEqual([8, 4, 2, 2, 1, 1, 4]);
  });

  it('refuses all of a group at once when the failure is nobody’s', async () => {
    let calls = 0;
    const inGroups = new InGroups<number, number>(
      () => {
        calls += 1;
        return Promise.reject(new Error('away'));
      },
      { ...options, isWhole: () => true },
    );
    const results = await Promise.allSettled([1, 2, 3].map((item) => inGroups.submit(item)));
    expect(results.map((result) => result.status)).toEqual(['rejected', 'rejected', 'rejected']);
    expect(calls).toBe(1);
  });

  it('lets the next groups go past one that is held up, as many as there are lanes', async () => {
    let release = () => undefined as void;
    const held = new Promise<void>((resolve) => (release = resolve));
    const begun: number[] = [];
    const inGroups = new InGroups<number, number>(
      async (items) => {
        begun.push(...items);
        if (items.some((item) => item < 2)) await held;
        return settled(items);
      },
      { ...options, quickMs: 20 },
    );
    const stuck = inGroups.submit(0);
    await new Promise((resolve) => setImmediate(resolve));
    expect(await inGroups.submit(5)).toBe(10);
    const stuckToo = inGroups.submit(1);
    await new Promise((resolve) => setTimeout(resolve, 60));
    const third = inGroups.submit(6);
    await new Promise((resolve) => setTimeout(resolve, 60));
    expect(begun).toEqual([0, 5, 1]);
    release();
    expect(await Promise.all([stuck, stuckToo, third])).toEqual([0, 2, 12]);
  });
});
