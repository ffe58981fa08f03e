/** `gate show-site` against an admin plane on a real socket: what it asks, and how it tells what applies to a site. */
import { rmSync } from 'node:fs';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import type { SiteView } from '../../src/contract/admin.js';
import { fakeAdmin, folderOf, TOKEN, type FakeAdmin } from '../fixtures/http/admin-plane.js';
import { run } from '../fixtures/processes/run-cli.js';

const VIEW: SiteView = {
  site: 'stg.example.org',
  domains: ['stg.example.org', 'www.stg.example.org'],
  environment: 'stg',
  isGated: true,
  approvers: ['rpm@koder.dev', 'ada@koder.dev'],
  channels: [
    { name: 'email', may: 'decide', maxGrantTtlSeconds: null, room: null, consumer: null },
    { name: 'talk', may: 'deny_only', maxGrantTtlSeconds: 28_800, room: null, consumer: 'https://talk.example.org/x' },
    { name: 'slack', may: 'decide', maxGrantTtlSeconds: null, room: 'C024BE91L', consumer: null },
  ],
  grantTtlSeconds: 604_800,
  requestTtlSeconds: 600,
  geofence: ['BR', 'PT'],
  permanentNetworks: ['192.0.2.0/24'],
  allowProxyAddress: false,
  passage: ['its approvers', 'everybody of koder.dev at koder'],
  openPaths: ['/.well-known/acme-challenge/*', 'POST /webhooks/github'],
  confirmEndpoint: 'https://gate.example.org/req',
  tokens: [
    {
      id: '4k2m0000000000000000',
      producer: '',
      site: 'stg.example.org',
      service: null,
      label: 'uptime probe',
      state: 'live',
      createdAt: '2026-05-11T12:00:00.000Z',
      expiresAt: '2026-08-09T12:00:00.000Z',
      lastUsedAt: null,
      revokedAt: null,
    },
  ],
};

let admin: FakeAdmin;
let folder: string;

beforeEach(async () => {
  admin = await fakeAdmin();
  folder = folderOf('.gate', { port: admin.port, token: TOKEN });
});

afterEach(async () => {
  await admin.stop();
  rmSync(folder, { recursive: true });
});

test('tells everything that applies, a line each', async () => {
  admin.answer(200, VIEW);

  const { code, out } = await run({ folder }, 'show-site', 'www.stg.example.org');

  expect(code).toBe(0);
  expect(out).toBe(`site             stg.example.org
                 www.stg.example.org
environment      stg
gate             on
approvers        rpm@koder.dev
                 ada@koder.dev
channels         email
                 talk (may deny only, lets in for at most 8 h, by webhook to https://talk.example.org/x)
                 slack (in the room C024BE91L)
a grant lasts    7 days
a request waits  10 min
may ask          visitors from BR, PT
always pass      192.0.2.0/24
passage          its approvers
                 everybody of koder.dev at koder
open paths       /.well-known/acme-challenge/*
                 POST /webhooks/github
tokens           4k2m0000000000000000 "uptime probe" until 2026-08-09 12:00 UTC, never used
confirm pages    https://gate.example.org/req
`);
  expect(admin.calls).toMatchObject([{ call: 'GET /v1/sites/www.stg.example.org' }]);
});

test('says what there is none of', async () => {
  const nothing = { approvers: [], channels: [], permanentNetworks: [], openPaths: [], tokens: [], geofence: null };
  admin.answer(200, { ...VIEW, ...nothing, isGated: false, allowProxyAddress: true });

  const { out } = await run({ folder }, 'show-site', 'stg.example.org');

  expect(out).toContain('gate             off: everybody passes\n');
  expect(out).toContain('may ask          everybody\n');
  expect(out).toContain('proxy address    may have a grant: allow_proxy_address = true\n');
  expect(out.match(/ {2}none\n/g)).toHaveLength(5);
});

test('is the answer itself as JSON', async () => {
  admin.answer(200, VIEW);

  const { out } = await run({ folder }, 'show-site', 'stg.example.org', '--json');

  expect(JSON.parse(out)).toMatchObject({ site: 'stg.example.org', openPaths: VIEW.openPaths });
});

test('a name that no site has is said so', async () => {
  admin.answer(404, { error: 'stg.exmple.org is no site of sites.toml. Did you mean stg.example.org?' });

  const { code, out, err } = await run({ folder }, 'show-site', 'stg.exmple.org');

  expect({ code, out }).toEqual({ code: 1, out: '' });
  expect(err).toContain('Did you mean stg.example.org?');
});
