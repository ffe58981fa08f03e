/** The admin plane under `ADMIN_URL`: by which names it may be called, and from pages of which origin. */
import { beforeEach, expect, test } from '@jest/globals';
import { get, BEARER, post } from '../fixtures/http/admin-calls.js';
import { openPlanes, planes } from '../fixtures/http/one-planes.js';

const ADMIN_URL = 'https://gate-admin.example.org';
const [NAMED, CALL] = [{ host: 'gate-admin.example.org' }, { operator: 'x' }];

openPlanes(() => ({ adminUrl: ADMIN_URL }));

let own: string;
beforeEach(() => {
  own = new URL(planes.adminUrl).host;
});

test('it is known by that name, and on this machine by its port', async () => {
  expect((await get('/v1/doctor', { ...BEARER, ...NAMED })).status).toBe(200);
  expect((await get('/v1/doctor', { ...BEARER, host: own })).status).toBe(200);
});

test.each([
  'gate-admin.example.org:8082',
  'gate-admin.example.org.',
  'x.gate-admin.example.org',
  'evil.example',
  'localhost',
])('it is not known as "%s"', async (host) => {
  expect((await get('/v1/doctor', { ...BEARER, host })).status).toBe(403);
});

test('a page of that origin may call it by that name, and one of the same name without TLS may not', async () => {
  expect((await post('/v1/reload', CALL, { ...BEARER, ...NAMED, origin: ADMIN_URL })).status).toBe(200);
  for (const headers of [
    { ...NAMED, origin: 'http://gate-admin.example.org' },
    { ...NAMED, origin: planes.publicUrl },
    { host: own, origin: ADMIN_URL },
  ])
    expect((await post('/v1/reload', CALL, { ...BEARER, ...headers })).status).toBe(403);
});
