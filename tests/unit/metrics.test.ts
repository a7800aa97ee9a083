import { Metrics } from '../../bff/src/core/metrics';

describe('a gauge', () => {
  it('tells what there is now, and leaves the other figures where it cannot be read', async () => {
    const metrics = new Metrics();
    const answers = [[{ of: 'a', value: 1 }], [{ of: 'b', value: 2 }]];
    metrics.gauge('calls', 'Calls', 'api', () => {
      const next = answers.shift();
      return next === undefined ? Promise.reject(new Error('the database is away')) : Promise.resolve(next);
    });
    expect(await metrics.registry.metrics()).toContain('calls{api="a"} 1');
    const second = await metrics.registry.metrics();
    expect(second).toContain('calls{api="b"} 2');
    expect(second).not.toContain('api="a"');
    const third = await metrics.registry.metrics();
    expect(third).toContain('process_cpu_seconds_total');
    expect(third).not.toContain('calls{');
  });
});
