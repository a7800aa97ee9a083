import { z } from 'zod';
import { get, post } from '../../bff/src/core/endpoint';
import { id } from '../../bff/src/core/wire';

/** The compiler is the test: each marked line must not compile, and `npm test` runs the compiler over this file. */
export function mustNotCompile(): void {
  // @ts-expect-error no access: nothing is public by accident
  get({ path: '/a', summary: 's', answer: z.object({}), handler: async () => ({}) });
  // @ts-expect-error no schema for the body of a write
  post({ path: '/a', summary: 's', access: 'public', answer: z.object({}), handler: async () => ({}) });
  // @ts-expect-error no schema for the parameter that the path names
  get({ path: '/a/:id', summary: 's', access: 'public', answer: z.object({}), handler: async () => ({}) });
  // @ts-expect-error no such role
  get({ path: '/a', summary: 's', access: ['admin'], answer: z.object({}), handler: async () => ({}) });
}

describe('an endpoint', () => {
  it('carries the schemas that it was declared with', () => {
    const params = z.strictObject({ id });
    const endpoint = get({
      path: '/a/:id',
      summary: 's',
      access: ['officer'],
      params,
      answer: z.object({ id: z.string() }),
      handler: async ({ params: given }) => ({ id: given.id }),
    });
    expect(endpoint).toMatchObject({ method: 'GET', path: '/a/:id', access: ['officer'], params, body: undefined });
  });
});
