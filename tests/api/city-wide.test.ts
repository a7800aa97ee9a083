import type { Endpoint } from '../../bff/src/core/endpoint';
import { isForPartners } from '../../bff/src/core/endpoint';
import { createTestApp, type TestApp } from '../builders/app';
import { buildActor, buildRegions } from '../builders/directory';

/**
 * What a write of an official touches: `city` holds in all of the city and takes somebody responsible for all of it; `own`
 * is tied to an enterprise, a point, a person or a region, and stays within the scope of whoever writes. A new route has
 * to be entered here.
 */
const REACH: Readonly<Record<string, 'city' | 'own'>> = {
  '/api/cases': 'own',
  '/api/cases/:id/conclude': 'own',
  '/api/cases/:id/investigate': 'own',
  '/api/cases/:id/transfer': 'own',
  '/api/cases/:id/withdraw': 'own',
  '/api/checklists': 'city',
  '/api/credit/adjustments': 'own',
  '/api/credit/adjustments/:id/decide': 'own',
  '/api/credit/benefits': 'city',
  '/api/credit/objections/:id/decide': 'own',
  // Grades of enterprises within the scope; a list that names another is refused whole.
  '/api/credit/official-grades': 'own',
  '/api/credit/rounds': 'city',
  '/api/credit/rounds/:period/finalise': 'city',
  '/api/credit/rounds/:period/publish': 'city',
  '/api/credit/schemes': 'city',
  '/api/credit/schemes/:version/publish': 'city',
  '/api/enterprises': 'own',
  '/api/enterprises/:id': 'own',
  '/api/enterprises/:id/points': 'own',
  '/api/enterprises/:id/site-checks': 'own',
  '/api/findings/:id/extension/decide': 'own',
  '/api/findings/:id/verify': 'own',
  '/api/health-disputes/:id/decide': 'own',
  '/api/health-facts': 'own',
  '/api/health-facts/:id/end': 'own',
  '/api/health-repairs/:id/check': 'own',
  '/api/health-rule-sets': 'city',
  '/api/health-rule-sets/:version/publish': 'city',
  '/api/incidents': 'own',
  '/api/duties': 'own',
  '/api/incidents-imports': 'own',
  '/api/incidents/:id/close': 'own',
  '/api/incidents/:id/confirm': 'own',
  '/api/incidents/:id/dismiss': 'own',
  '/api/incidents/:id/void': 'own',
  '/api/inspections/extra': 'own',
  '/api/notices/read': 'own',
  '/api/notifications/:id/retry': 'own',
  // Clients of a region within the scope.
  '/api/partner-clients': 'own',
  '/api/partner-clients/:id/disable': 'own',
  '/api/partner-clients/:id/secret': 'own',
  '/api/partner-deliveries/:id/resend': 'own',
  '/api/penalties': 'own',
  '/api/penalties-imports': 'own',
  '/api/penalties/:id/void': 'own',
  '/api/people': 'own',
  '/api/people/:id/binding-code': 'own',
  '/api/people/:id/disable': 'own',
  '/api/people/:id/enable': 'own',
  '/api/people/:id/password': 'own',
  '/api/people/:id/unbind': 'own',
  '/api/petitions': 'own',
  '/api/petitions-imports': 'own',
  '/api/petitions/:id/dismiss': 'own',
  '/api/petitions/:id/verify': 'own',
  '/api/petitions/:id/void': 'own',
  '/api/photos/tickets': 'own',
  '/api/points/:id': 'own',
  '/api/points/:id/qr/reprint': 'own',
  '/api/session/password': 'own',
  '/api/supervisions': 'own',
  '/api/supervisions/:id/check': 'own',
  '/api/supervisions/:id/confirm': 'own',
  '/api/supervisions/:id/reject': 'own',
  '/api/suspensions/:id/approve': 'own',
  '/api/suspensions/:id/reject': 'own',
  '/api/visit-records': 'own',
  '/api/visits': 'own',
  '/api/visits/:id/cancel': 'own',
  '/api/visits/:id/follow-up': 'own',
  '/api/visits/:id/record': 'own',
  '/api/warning-rules': 'city',
  '/api/warnings/:id/acknowledge': 'own',
  '/api/warnings/:id/close': 'own',
  '/api/warnings/:id/snooze': 'own',
  '/api/what-if': 'city',
};
const PLACE = /:\w+/g;

let test: TestApp;
let county: string;
let city: string;

beforeAll(async () => {
  test = await createTestApp();
  const { read } = test.app.core.db;
  await buildRegions(read);
  county = await test.tokenOf(await buildActor(read, 'regulator', { region: '330521' }));
  city = await test.tokenOf(await buildActor(read, 'regulator', { region: '3305' }));
});
afterAll(() => test?.close());

const isOfficials = ({ method, access }: Endpoint) =>
  method === 'POST' && access !== 'public' && !isForPartners(access) && access.some((role) => role !== 'officer');
const writes = () => test.app.endpoints.filter(isOfficials);
const codeOf = async ({ path }: Endpoint, token: string) => {
  const answer = await test.http
    .post(path.replace(PLACE, '999999999999'))
    .set('authorization', `Bearer ${token}`)
    .send({});
  return answer.body?.code as string | undefined;
};

it('every write of an official is in the table, and nothing that is not there any more', () => {
  expect(
    writes()
      .map(({ path }) => path)
      .sort(),
  ).toEqual(Object.keys(REACH).sort());
});

it('a regulator of one county writes nothing that holds in all of the city; one of the city does', async () => {
  for (const endpoint of writes()) {
    const { access, path } = endpoint;
    if (access === 'public' || isForPartners(access) || !access.includes('regulator')) continue;
    const refused = (await codeOf(endpoint, county)) === 'AUTH.CITY_ONLY';
    expect([path, refused]).toEqual([path, REACH[path] === 'city']);
    expect([path, await codeOf(endpoint, city)]).not.toEqual([path, 'AUTH.CITY_ONLY']);
  }
});
