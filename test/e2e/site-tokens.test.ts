/** A site token from the command line to the check and back: three processes on one PostgreSQL, and one on SQLite. */
import { once } from 'node:events';
import { request, type IncomingMessage } from 'node:http';
import { afterEach, expect, test } from '@jest/globals';
import { eventually } from '../fixtures/time/eventually.js';
import type { GateProcess } from '../fixtures/processes/gate-process.js';
import { openFixture, type Fixture } from '../fixtures/processes/installation.js';
import { HOST, SITES } from '../fixtures/sites/sites.js';

const OPEN = SITES.replace('environment = "stg"', 'environment = "stg"\nopen_paths = ["POST /webhooks/github"]');
/** Where every process hears of it; where it does not, five seconds. */
const SOON_MS = 4_000;

let fixture: Fixture;

afterEach(async () => {
  await fixture.close();
});

interface Probe {
  readonly token?: string;
  readonly method?: string;
  readonly uri?: string;
}

async function probe(gate: GateProcess, { token, method = 'GET', uri = '/' }: Probe): Promise<number> {
  const headers = {
    'x-forwarded-for': '198.51.100.7',
    'x-forwarded-host': HOST,
    'x-forwarded-method': method,
    'x-forwarded-uri': uri,
    ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
  };
  const path = `/site/${HOST}/auth/forward`;
  const asked = request({ host: '127.0.0.1', port: gate.ports.gate, path, headers, agent: false });
  asked.end();
  const [answer] = (await once(asked, 'response')) as [IncomingMessage];
  answer.resume();
  return answer.statusCode ?? 0;
}

async function everywhere(asked: Probe, status: number): Promise<void> {
  const all = async (): Promise<boolean> => {
    const statuses = await Promise.all(fixture.gates.map((gate) => probe(gate, asked)));
    return statuses.every((one) => one === status);
  };
  await eventually(`every process answers ${String(status)}`, all, SOON_MS);
}

test('one that is minted at one process passes at all, and one that is revoked at another passes at none', async () => {
  fixture = await openFixture('postgres', { processes: 3, sites: OPEN });
  const [first, second] = fixture.gates as [GateProcess, GateProcess];

  const minted = await first.cli('service-token', 'mint', '--site', HOST, '--name', 'uptime probe');
  const token = minted.out.trim();

  expect(minted.code).toBe(0);
  await everywhere({ token }, 204);
  const listed = await second.cli('service-token', 'list', '--json');
  const [{ id } = { id: '' }] = JSON.parse(listed.out) as { id: string }[];
  expect((await second.cli('service-token', 'revoke', id)).code).toBe(0);
  await everywhere({ token }, 403);
  for (const { printed } of fixture.gates) expect(printed.out + printed.err).not.toContain(token);
});

test('what passes without a grant is told by show-site, doctor and metrics, and opens no request', async () => {
  fixture = await openFixture('sqlite', { sites: OPEN });
  const { gate } = fixture;
  const token = (await gate.cli('service-token', 'mint', '--site', HOST, '--for', '3d')).out.trim();

  const hook = { method: 'POST', uri: '/webhooks/github' };
  await everywhere({ token }, 204);
  expect([await probe(gate, hook), await probe(gate, { ...hook, method: 'GET' })]).toEqual([204, 403]);

  const shown = (await gate.cli('show-site', HOST)).out;
  expect(shown).toContain('open paths       POST /webhooks/github\n');
  expect(shown).toMatch(/tokens {11}[0-9a-z]{20} until .* UTC, last used .* UTC\n/);
  const doctor = (await gate.cli('doctor')).out;
  expect(doctor).toContain(`ok    open paths: without a grant: ${HOST} POST /webhooks/github\n`);
  expect(doctor).toMatch(/ok {4}site tokens: 1 may be used; within a week these end: [0-9a-z]{20} of stg/);
  const { text } = await gate.metrics();
  expect(text).toContain(`koder_gate_open_path_passes_total{site="${HOST}",pattern="POST /webhooks/github"} 1\n`);
  expect(text).toMatch(/koder_gate_site_token_passes_total\{site="stg\.example\.org"\} [1-9]/);
  expect((await gate.cli('pending')).out).toContain('Nothing');
  expect(shown + doctor + text).not.toContain(token);
});
