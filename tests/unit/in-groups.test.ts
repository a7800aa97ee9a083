import { InGroups, type Settled } from '../../bff/src/core/in-groups';

const settled = (items: readonly number[]): Settled<number>[] => items.map((item) => ({ value: item * 2 }));

describe('InGroups', () => {
  it('takes what comes at once, and what gathers meanwhile, as groups, and gives each item its own result', async () => {
    const groups: number[][] = [];
    const inGroups = new InGroups<number, number>(async (items) => {
      groups.push([...items]);
      await new Promise((resolve) => setTimeout(resolve, 20));
      return settled(items);
    }, 3);
    const first = [1, 2].map((item) => inGroups.submit(item));
    await new Promise((resolve) => setTimeout(resolve, 5));
    const later = [3, 4, 5, 6].map((item) => inGroups.submit(item));
    expect(await Promise.all([...first, ...later])).toEqual([2, 4, 6, 8, 10, 12]);
    expect(groups).toEqual([[1, 2], [3, 4, 5], [6]]);
  });

  it('refuses one item without the others', async () => {
    const inGroups = new InGroups<number, number>(
      async (items) => items.map((item) => (item === 2 ? { refusal: new Error('two') } : { value: item })),
      10,
    );
    const results = await Promise.allSettled([1, 2, 3].map((item) => inGroups.submit(item)));
    expect(results.map((result) => result.status)).toEqual(['fulfilled', 'rejected', 'fulfilled']);
  });

  it('takes a group that failed as a whole apart, so that only the culprit fails', async () => {
    const inGroups = new InGroups<number, number>(async (items) => {
      await new Promise((resolve) => setTimeout(resolve, 5));
      if (items.includes(3)) throw new Error('three');
      return settled(items);
    }, 10);
    const results = await Promise.allSettled([1, 2, 3, 4].map((item) => inGroups.submit(item)));
    expect(results.map((result) => (result.status === 'fulfilled' ? result.value : 'failed'))).toEqual([
      2,
      4,
      'failed',
      8,
    ]);
  });
});
