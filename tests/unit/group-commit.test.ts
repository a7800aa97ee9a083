import { GroupCommit, type Settled } from '../../bff/src/core/group-commit';

const settled = (items: readonly number[]): Settled<number>[] => items.map((item) => ({ value: item * 2 }));

describe('GroupCommit', () => {
  it('writes what gathers while a group is under way as one group, and gives each item its own result', async () => {
    const groups: number[][] = [];
    const commit = new GroupCommit<number, number>(async (items) => {
      groups.push([...items]);
      await new Promise((resolve) => setTimeout(resolve, 20));
      return settled(items);
    }, 3);
    expect(await Promise.all([1, 2, 3, 4, 5].map((item) => commit.submit(item)))).toEqual([2, 4, 6, 8, 10]);
    expect(groups).toEqual([[1], [2, 3, 4], [5]]);
  });

  it('refuses one item without the others', async () => {
    const commit = new GroupCommit<number, number>(
      async (items) => items.map((item) => (item === 2 ? { refusal: new Error('two') } : { value: item })),
      10,
    );
    const results = await Promise.allSettled([1, 2, 3].map((item) => commit.submit(item)));
    expect(results.map((result) => result.status)).toEqual(['fulfilled', 'rejected', 'fulfilled']);
  });

  it('takes a group that failed as a whole apart, so that only the culprit fails', async () => {
    const commit = new GroupCommit<number, number>(async (items) => {
      await new Promise((resolve) => setTimeout(resolve, 5));
      if (items.includes(3)) throw new Error('three');
      return settled(items);
    }, 10);
    const results = await Promise.allSettled([1, 2, 3, 4].map((item) => commit.submit(item)));
    expect(results.map((result) => (result.status === 'fulfilled' ? result.value : 'failed'))).toEqual([
      2,
      4,
      'failed',
      8,
    ]);
  });

  it('tries again what lost a race for a unique key', async () => {
    let tries = 0;
    const commit = new GroupCommit<number, number>(async (items) => {
      tries += 1;
      if (tries === 1) throw Object.assign(new Error('duplicate'), { errno: 1062 });
      return settled(items);
    }, 10);
    expect(await commit.submit(4)).toBe(8);
    expect(tries).toBe(2);
  });
});
