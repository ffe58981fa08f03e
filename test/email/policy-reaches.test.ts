/** What a provider's policy says of times and answers holds for the transport that is opened for it. */
import { describe, expect, test } from '@jest/globals';
import { openTransport } from '../../bots/email/open-transport.js';
import type { MailAnswer } from '../../bots/email/transport.js';
import type { MailPolicyChanges, MailProvider } from '../../src/contract/mail-records.js';
import { policyOfProvider } from '../../src/mail/policy.js';
import { closeGraphs, composed, graphDeps, openGraph, secretsOf } from '../fixtures/channels/graph.js';
import { closeMails, closers } from '../fixtures/channels/email.js';
import type { GraphFault } from '../fakes/graph-faults.js';
import { startFakeSmtp } from '../fakes/smtp.js';

closeGraphs();
closeMails();

/** Well below what holds without a policy, and well above what the policies here say. */
const SOON_MS = 5_000;
const FACTS = { name: 'ops', state: 'active', pausedReason: null, origin: 'declared', version: 1 } as const;

async function sendBy(
  provider: MailProvider,
  secret: Parameters<typeof openTransport>[1]['records']['secret'] = () => Promise.resolve(null),
): Promise<{ readonly answer: MailAnswer; readonly tookMs: number }> {
  const policyFor = (of: MailProvider) => Promise.resolve(policyOfProvider(of));
  const opened = await openTransport(provider, {
    ...{ ...graphDeps(), policyFor },
    ...{ ownName: 'gate.example.org', records: { secret } },
  });
  if ('problem' in opened) throw new Error(opened.problem);
  closers.push(() => Promise.resolve(opened.transport.close()));
  const startedMs = performance.now();
  const answer = await opened.transport.send(composed(), AbortSignal.timeout(30_000));
  return { answer, tookMs: performance.now() - startedMs };
}

describe('of a mail server', () => {
  test.each([
    ['that says nothing the connection is given up', 'hang_before_body', { connect_ms: 200 }, 'deferred'],
    ['that does not answer to a mail this is given up, and it may have gone', 'hang', { total_ms: 500 }, 'unknown'],
  ] as const)(
    '%s after the time of the policy',
    async (...[, behaviour, http, kind]) => {
      const fake = await startFakeSmtp();
      closers.push(() => fake.close());
      await fake.behave(behaviour);
      const endpoint = { host: '127.0.0.1', port: fake.port, tls: 'none', user: null, oauth: null } as const;

      const { answer, tookMs } = await sendBy({ ...FACTS, kind: 'smtp', endpoint, policy: { http } });

      expect(answer.kind).toBe(kind);
      expect(tookMs).toBeLessThan(SOON_MS);
    },
    40_000,
  );
});

const LONG = { kind: 'answer', status: 201, json: { id: 'AAMk', more: 'x'.repeat(5_000) } } as const;

describe('of Graph', () => {
  async function sendByGraph(policy: MailPolicyChanges, how: GraphFault['how']) {
    const { fake } = await openGraph();
    fake.faults.set({ at: ['create'], phase: 'before_effect', how });
    const secrets = secretsOf(fake);
    return sendBy({ ...FACTS, kind: 'graph', endpoint: fake.endpoint, policy }, (_name, purpose) =>
      secrets(purpose as Parameters<typeof secrets>[0]),
    );
  }

  test('a call that nobody answers ends after the time of the policy', async () => {
    const { answer, tookMs } = await sendByGraph({ http: { total_ms: 500, connect_ms: 500 } }, { kind: 'hang' });

    expect(answer).toMatchObject({ kind: 'deferred', reason: expect.stringContaining('timeout') });
    expect(tookMs).toBeLessThan(SOON_MS);
  }, 40_000);

  test('an answer that is longer than the policy lets it be is not read', async () => {
    const { answer } = await sendByGraph({ http: { answer_bytes: 1_024 } }, LONG);

    expect(answer).toMatchObject({ kind: 'deferred', reason: 'answer_too_large' });
  });
});
