import jwt from 'jsonwebtoken';
import { ROLES } from '../../bff/src/core/actor';
import { isForPartners, type Endpoint } from '../../bff/src/core/endpoint';
import { PARTNER_SCOPES } from '../../bff/src/core/partner';
import { createTestApp, type TestApp } from '../builders/app';
import { buildActor, buildEnterprise } from '../builders/directory';
import { buildClient, partnerToken } from '../builders/partner';

/** Every route with every role, and with tokens that prove nothing: refused exactly where the route does not admit. */

let test: TestApp;
const tokens = new Map<string, string>();
let partner: string;
let expired: string;
let forged: string;

beforeAll(async () => {
  test = await createTestApp({ env: { TRUSTED_PROXIES: '1' } });
  const { read } = test.app.core.db;
  const enterpriseId = await buildEnterprise(read);
  for (const role of ROLES) {
    tokens.set(role, await test.tokenOf(await buildActor(read, role, { enterpriseId })));
  }
  partner = partnerToken(test, (await buildClient(read)).id);
  const claims = jwt.decode(tokens.get('regulator')!) as jwt.JwtPayload;
  forged = jwt.sign(claims, 'somebody else’s secret of thirty-two bytes', { keyid: 'k1' });
  expired = test.app.core.keys.sign('access', claims.sub!, { epoch: 1 }, -1);
});
afterAll(() => test?.close());

let callers = 0;
/** Each call comes from an address of its own: strangers are limited by address. */
async function codeOf(endpoint: Endpoint, token?: string): Promise<string> {
  callers += 1;
  const path = endpoint.path.replace(/:\w+/g, '999999999999');
  const request = endpoint.method === 'GET' ? test.http.get(path) : test.http.post(path).send({});
  void request.set('x-forwarded-for', `10.1.${callers >> 8}.${callers & 255}`);
  const answer = await (token === undefined ? request : request.set('authorization', `Bearer ${token}`));
  return String(answer.body?.code ?? answer.status);
}

const guarded = () => test.app.endpoints.filter(({ access }) => access !== 'public');

it('sees all the routes', () => {
  expect(guarded().length).toBeGreaterThan(4);
});

it('lets nobody in without a token, with a forged one, or with an expired one', async () => {
  for (const endpoint of guarded()) {
    const codes = [await codeOf(endpoint), await codeOf(endpoint, forged), await codeOf(endpoint, expired)];
    expect([endpoint.path, ...codes]).toEqual([
      endpoint.path,
      'AUTH.TOKEN_MISSING',
      'AUTH.TOKEN_INVALID',
      'AUTH.TOKEN_EXPIRED',
    ]);
  }
});

it.each(ROLES)('refuses %s exactly where the route does not name the role', async (role) => {
  for (const endpoint of guarded()) {
    const code = await codeOf(endpoint, tokens.get(role));
    if (isForPartners(endpoint.access)) {
      expect([endpoint.path, code]).toEqual([endpoint.path, 'AUTH.TOKEN_INVALID']);
      continue;
    }
    const refused = !endpoint.access.includes(role);
    expect([endpoint.path, code === 'AUTH.ROLE_NOT_ALLOWED']).toEqual([endpoint.path, refused]);
    if (!refused) expect([endpoint.path, code]).not.toEqual([endpoint.path, expect.stringMatching(/^AUTH\.TOKEN/)]);
  }
});

it("lets a partner's token in at partners' routes, and nowhere else", async () => {
  expect(guarded().filter(({ access }) => isForPartners(access)).length).toBeGreaterThan(4);
  for (const endpoint of guarded()) {
    const code = await codeOf(endpoint, partner);
    if (isForPartners(endpoint.access))
      expect([endpoint.path, code]).not.toEqual([endpoint.path, expect.stringMatching(/^AUTH|SCOPE/)]);
    else expect([endpoint.path, code]).toEqual([endpoint.path, 'AUTH.TOKEN_INVALID']);
  }
});

it.each(PARTNER_SCOPES)(
  'lets a partner with nothing but %s in where it is asked for, and nowhere else',
  async (scope) => {
    const client = await buildClient(test.app.core.db.read, { scopes: [scope] });
    const token = partnerToken(test, client.id, [scope]);
    for (const endpoint of guarded()) {
      if (!isForPartners(endpoint.access)) continue;
      const code = await codeOf(endpoint, token);
      const refused = endpoint.access.partner !== scope;
      expect([endpoint.path, code === 'PARTNER.SCOPE_MISSING']).toEqual([endpoint.path, refused]);
    }
  },
);
