/** The webhook receiver: callers of whom nobody can say yet who they are. */
import { connect } from 'node:net';
import { describe, expect, test } from '@jest/globals';
import type { Authenticator } from '../../src/http/receiver/authenticator.js';
import { inOrder } from '../../src/http/receiver/authenticators/in-order.js';
import { JET_BEARER } from '../fixtures/http/planes.js';
import { openPlanes, planes, reopenPlanes } from '../fixtures/http/one-planes.js';
import { json, payload, post, TALK } from '../fixtures/http/receiver-calls.js';

openPlanes();

describe('a caller that cannot be judged', () => {
  const undecided: Authenticator = { authenticate: () => Promise.resolve({ kind: 'unavailable' }) };

  test('is told to come back, and nothing is opened', async () => {
    await reopenPlanes({ authenticator: undecided });

    const answer = await post();

    expect(answer.status).toBe(503);
    expect(json(answer)['code']).toBe('caller_undecided');
    expect(answer.headers['retry-after']).toBe('1');
    expect(await planes.store.requests()).toHaveLength(0);
  });

  test('is let in by another proof that is good', async () => {
    const known: Authenticator = {
      authenticate: () =>
        Promise.resolve({ kind: 'caller', producer: 'jet', identity: 'jet/thread 42', untilMs: null }),
    };
    await reopenPlanes({ authenticator: inOrder([undecided, known]) });

    expect((await post()).status).toBe(200);
    const [opened] = await planes.store.ledger.audit.recent(1);
    expect(opened).toMatchObject({ who: 'jet', what: 'opened', detail: { caller: 'jet/thread 42' } });
  });

  test('is not sent away because another way of proof found nothing', async () => {
    const stranger: Authenticator = { authenticate: () => Promise.resolve({ kind: 'unknown' }) };
    await reopenPlanes({ authenticator: inOrder([stranger, undecided, stranger]) });

    expect((await post()).status).toBe(503);
  });

  test.each([
    [1, 200],
    [2, 401],
  ])('with %i Authorization lines beside a proof that is good: %i', async (lines, status) => {
    const known: Authenticator = {
      authenticate: () => Promise.resolve({ kind: 'caller', producer: 'jet', identity: 'jet', untilMs: null }),
    };
    await reopenPlanes({ authenticator: known });

    expect(
      await rawPost(
        JSON.stringify(payload()),
        Array.from({ length: lines }, () => JET_BEARER),
      ),
    ).toContain(`HTTP/1.1 ${String(status)} `);
    expect(await planes.store.requests()).toHaveLength(lines === 1 ? 1 : 0);
  });

  test('of a producer that has left sites.toml is nobody', async () => {
    const gone: Authenticator = {
      authenticate: () => Promise.resolve({ kind: 'caller', producer: 'gone', identity: 'gone', untilMs: null }),
    };
    await reopenPlanes({ authenticator: gone });

    expect((await post()).status).toBe(401);
  });
});

/** A post with an Authorization line for each bearer; answers what came back. */
function rawPost(body: string, bearers: readonly string[]): Promise<string> {
  const { port } = new URL(planes.publicUrl);
  const lines = bearers.map((bearer) => `authorization: Bearer ${bearer}\r\n`).join('');
  const length = String(Buffer.byteLength(body));
  return new Promise((resolve, reject) => {
    const socket = connect(Number(port), '127.0.0.1');
    let answer = '';
    socket.on('data', (bytes) => (answer += bytes.toString()));
    socket.on('error', reject);
    socket.on('close', () => resolve(answer));
    socket.write(
      `POST ${TALK} HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\nconnection: close\r\n${lines}` +
        `content-length: ${length}\r\n\r\n${body}`,
    );
  });
}
