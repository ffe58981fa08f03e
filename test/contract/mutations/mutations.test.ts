/** The mutations' own proof: an honest receiver withstands them, and one that breaks a single promise is caught. */
import { createHmac } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, test } from '@jest/globals';
import { isSameSecret } from '../../../src/base/crypto/digest.js';
import type { Call } from '../inbound/fixture.js';
import { withstandsMutations } from './mutations.js';

const KEY = 'the key of a platform';
const TOKEN = 'a7f3'.repeat(8);
const RUNS = 600;

/** What a receiver may get wrong. */
type Lie = 'believes anybody' | 'throws at nonsense' | 'logs what it reads' | 'none';

test('an honest receiver withstands them, and refuses nearly all', async () => {
  const statuses = await attack('none');

  expect([...statuses.keys()].every((status) => status < 500)).toBe(true);
  expect(statuses.get(401)).toBeGreaterThan(RUNS / 2);
});

test.each([
  ['believes anybody', 'a forgery'],
  ['throws at nonsense', 'answered 500'],
  ['logs what it reads', 'something of a body was logged'],
] as const)('a receiver that %s is caught', async (lie, complaint) => {
  await expect(attack(lie)).rejects.toThrow(complaint);
});

async function attack(lie: Lie): Promise<ReadonlyMap<number, number>> {
  const lines: string[] = [];
  let effects = 0;
  const server = createServer((request, response) => {
    void wholeBody(request).then((body) => {
      if (lie === 'logs what it reads') lines.push(body.toString('utf8'));
      const [status, isCarriedOut] = judged(request, body, lie);
      if (isCarriedOut) effects += 1;
      answer(response, status);
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  try {
    return await withstandsMutations(
      {
        url: `http://127.0.0.1:${String((server.address() as AddressInfo).port)}/events`,
        genuine: () => [signed(Buffer.from(JSON.stringify({ verb: 'approve', data: { token: TOKEN } })))],
        sign: (body) => signed(body).headers,
        authHeaders: ['x-signature'],
        effects: () => effects,
        logged: () => lines.join('\n'),
        secrets: [TOKEN],
      },
      { runs: RUNS, seed: 7 },
    );
  } finally {
    server.close();
    server.closeAllConnections();
  }
}

function judged(request: IncomingMessage, body: Buffer, lie: Lie): readonly [status: number, isCarriedOut: boolean] {
  if (request.method !== 'POST') return [405, false];
  const isProven = isSameSecret(String(request.headers['x-signature']), signatureOf(body));
  if (!isProven && lie !== 'believes anybody') return [401, false];
  const isRead = isJson(body);
  if (!isRead) return [lie === 'throws at nonsense' ? 500 : 400, false];
  return [200, true];
}

function isJson(body: Buffer): boolean {
  try {
    JSON.parse(body.toString('utf8'));
    return true;
  } catch {
    return false;
  }
}

function signed(body: Buffer): Call {
  return { method: 'POST', headers: [['x-signature', signatureOf(body)]], body };
}

function signatureOf(body: Buffer): string {
  return createHmac('sha256', KEY).update(body).digest('hex');
}

async function wholeBody(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
}

function answer(response: ServerResponse, status: number): void {
  response.writeHead(status).end();
}
