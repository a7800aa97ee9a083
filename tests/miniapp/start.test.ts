import { beginSession } from '../../miniapp/src/api/session';
import type { Me } from '../../miniapp/src/api/types';
import { device } from '../../miniapp/src/device/platform';
import type { Draft } from '../../miniapp/src/offline/drafts';
import { outbox, submit } from '../../miniapp/src/offline/outbox';
import { loadOwn, ready } from '../../miniapp/src/offline/start';
import { uuid } from '../../miniapp/src/offline/uuid';
import type { FakePhone } from './builders/fake-phone';

const phone = device as FakePhone;

test('who has signed in has what waits sent, and then the lists that it changes fetched, without another touch', async () => {
  await ready;
  phone.answer = () => ({
    status: 200,
    body: { outcome: 'stored', reportId: '1', clientUuid: 'u', taskId: '1', photos: [], rows: [], next: null },
  });
  await beginSession({ id: '7', name: '陆建明', roles: ['officer'] } as unknown as Me);
  const scan = { token: 't', scannedAt: '2026-11-23T01:00:00.000Z' };
  const form = { taskId: '1', items: [], answers: {}, photos: {}, point: {}, checklistId: '1', scan, startedAt: '' };
  await submit({ ...form, clientUuid: uuid() } as unknown as Draft);
  await loadOwn();
  const asked = () => phone.requests.map(({ path }) => path);
  for (let turns = 0; turns < 100 && !asked().some((path) => path.startsWith('/api/findings')); turns += 1) {
    await new Promise((resolve) => setImmediate(resolve));
  }
  expect(outbox.all()).toEqual([]);
  const after = asked().slice(asked().lastIndexOf('/api/reports') + 1);
  expect(after).toEqual(
    expect.arrayContaining(['/api/tasks/today', expect.stringContaining('/api/findings?state=open')]),
  );
});
