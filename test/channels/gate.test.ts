/** A real gate with the Toy channel beside those of the product: the same command line, given one line more. */
import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { channels } from '../../bots/index.js';
import type { ApproverId } from '../../src/approval/brand.js';
import { cleanupStack } from '../../src/base/process/cleanup-stack.js';
import { packageRoot } from '../../src/base/process/package-root.js';
import type { Check } from '../../src/contract/admin.js';
import type { RegistryEntry } from '../../src/contract/channel.js';
import type { Recipient } from '../../src/contract/notifier.js';
import type { SeenMessage } from '../contract/stage.js';
import { signedByToy, startFakeToy, TOY_KEYS, type FakeToy } from '../fakes/toy.js';
import { removeData, startGate, type GateProcess } from '../fixtures/processes/gate-process.js';
import { visit } from '../fixtures/processes/people.js';
import { ADA, HOST } from '../fixtures/sites/sites.js';
import { eventually } from '../fixtures/time/eventually.js';
import { toyEntry } from './toy/entry.js';

const MAIN = join(packageRoot(), 'out/test/channels/toy-process.js');
const PAGE = join(packageRoot(), 'scripts/configuration-page.js');
const HANDLE = 'ada-l';
const VISITOR = '203.0.113.7';
/** The status of the pending page. */
const WAITS = 403;
const RECIPIENT: Recipient = { kind: 'approver', approver: ADA as ApproverId, address: HANDLE };
const SITES = `
[approvers."${ADA}"]
toy = "${HANDLE}"

[[sites]]
domains = ["${HOST}"]
environment = "stg"

[sites.auth_gate]
admin = "${ADA}"
notifiers = ["toy"]
`;

let toy: FakeToy;
let gate: GateProcess;
const held = cleanupStack();

beforeAll(async () => {
  toy = await startFakeToy();
  held.add('toy', () => toy.close());
  gate = await startGate({ sites: SITES, environment: toy.environment, main: MAIN });
  held.add('data', () => {
    removeData(gate.dataDir);
  });
  held.add('gate', async () => {
    await gate.stop();
  });
}, 60_000);

afterAll(async () => {
  expect(await held.release()).toEqual([]);
});

test('a visitor’s card is delivered, a tap on it decides, the card is redrawn, and the visitor passes', async () => {
  expect((await visit(gate, VISITOR)).status).toBe(WAITS);
  const card = await eventually('the card', () => cards()[0]);
  expect(card.text).toContain(HOST);
  expect(card.text).toContain(VISITOR);
  expect(card.buttons).toEqual(['approve', 'deny']);

  const told = await tap(card);

  expect(told).toContain('Approved');
  await eventually('the card is redrawn', () => cards()[0]?.text.includes(`Approved by ${ADA} over Toy`));
  expect(cards()).toEqual([expect.objectContaining({ buttons: [], links: [] })]);
  expect((await visit(gate, VISITOR)).status).toBe(204);
});

test('a tap that the platform did not sign decides nothing', async () => {
  await visit(gate, '203.0.113.8');
  const card = await eventually('the card', () => cards().find(({ text }) => text.includes('203.0.113.8')));

  expect(await tap(card, TOY_KEYS.foreign)).toBe('status 401');
  expect((await visit(gate, '203.0.113.8')).status).toBe(WAITS);
});

test('doctor has a line for it: what it says of itself, and the cure where something is wrong', async () => {
  expect(await doctorsLine()).toEqual({ name: 'channel toy', isOk: true, detail: 'Toy knows the gate', cure: '' });

  await toy.behave({ kind: 'bad_credentials' });

  expect(await doctorsLine()).toEqual({
    name: 'channel toy',
    isOk: false,
    detail: 'Toy answers 401',
    cure: 'Check TOY_API_URL and TOY_TOKEN.',
  });
  await toy.behave({ kind: 'normal' });
});

test('a gate that has half of its variables does not start, and says which is missing', async () => {
  const environment = { ...toy.environment, TOY_TOKEN: '' };

  await expect(startGate({ sites: SITES, environment, main: MAIN })).rejects.toThrow(
    /ended with 78: [\s\S]*TOY_TOKEN[\s\S]*is missing, but other Toy variables are set/,
  );
});

test('the page on configuration has its variables and its address', async () => {
  const { page } = (await import(pathToFileURL(PAGE).href)) as {
    readonly page: (entries: readonly RegistryEntry[]) => string;
  };
  const headings = (entries: readonly RegistryEntry[]): readonly string[] => page(entries).match(/^#.*$/gm) ?? [];

  const ours = headings(channels);
  expect(headings([...channels, toyEntry]).filter((heading) => !ours.includes(heading))).toEqual([
    '### Toy',
    '#### `TOY_API_URL`',
    '#### `TOY_TOKEN`',
    '#### `TOY_SIGNING_SECRET`',
    '#### `toy`',
  ]);
});

function cards(): readonly SeenMessage[] {
  return toy.sees(RECIPIENT);
}

/** What the one who taps Approve reads; the status where the call was refused. */
async function tap({ links }: SeenMessage, key: Buffer = TOY_KEYS.current): Promise<string> {
  const token = links[0]?.split('/').at(-1);
  const body = Buffer.from(JSON.stringify({ user: HANDLE, verdict: 'approve', token }));
  const headers = signedByToy(key, { id: randomBytes(12).toString('hex'), atMs: Date.now(), body });
  const response = await fetch(`${gate.publicUrl}/toy/taps`, { method: 'POST', headers, body });
  if (!response.ok) return `status ${String(response.status)}`;
  return ((await response.json()) as { text: string }).text;
}

async function doctorsLine(): Promise<Check | undefined> {
  const { checks } = (await gate.admin('/v1/doctor')).json as { checks: readonly Check[] };
  return checks.find(({ name }) => name === 'channel toy');
}
