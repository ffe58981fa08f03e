/**
 * Thousands of damaged calls against a receiver of the public plane, on its real socket. Three promises hold for each:
 * no 5xx, no forgery that is believed, and nothing in the log that stood in a body. `mutations.test.ts` shows that each
 * of them can be broken.
 */
import assert from 'node:assert/strict';
import { Agent, request as httpRequest } from 'node:http';
import fc from 'fast-check';
import type { Call } from '../inbound/fixture.js';
import { forgery, MARK, signedNonsense } from './arbitrary.js';

export interface AttackedReceiver {
  /** Where genuine calls go: `http://127.0.0.1:<port><path>`. */
  readonly url: string;
  /** One genuine call of each kind, signed now. */
  readonly genuine: () => readonly [Call, ...Call[]];
  /** The headers of a call that the platform itself signs now, whatever its body. */
  readonly sign: (body: Buffer, like: Call) => Call['headers'];
  /** The names among the headers that prove who calls, lower case. */
  readonly authHeaders: readonly string[];
  /** False where the proof says who calls and not what: then a damaged body is no forgery as long as the proof is left. */
  readonly isBodyProven?: boolean;
  /** How often anything was carried out since the receiver was opened. */
  readonly effects: () => number;
  readonly logged: () => string;
  /** What stands in genuine bodies or opens them: tokens, people, secrets. */
  readonly secrets: readonly string[];
}

export interface MutationInput {
  readonly runs?: number;
  /** fast-check's; a failure prints the one that fails again. */
  readonly seed?: number;
}

const RUNS = 10_000;
/** One call in so many is signed by the platform and still nonsense. */
const SIGNED_SHARE = 4;

/** Rejects with what was sent and what came of it, shrunk to the smallest call that breaks a promise. Answers statuses and how often each came. */
export async function withstandsMutations(
  receiver: AttackedReceiver,
  { runs = RUNS, seed }: MutationInput = {},
): Promise<ReadonlyMap<number, number>> {
  const statuses = new Map<number, number>();
  const sender = openSender(receiver.url);
  const parameters = { includeErrorInReport: true, ...(seed === undefined ? {} : { seed }) };
  const signedRuns = Math.ceil(runs / SIGNED_SHARE);
  const meets = async (call: SentCall): Promise<number> => {
    const status = await sender.send(call);
    statuses.set(status, (statuses.get(status) ?? 0) + 1);
    assert.ok(status < 500, `answered ${String(status)}`);
    return status;
  };
  try {
    await fc.assert(
      fc.asyncProperty(forgery(receiver), async (call) => {
        const status = await meets(call);
        assert.ok(status >= 400 || call.method !== 'POST', `a forgery was answered ${String(status)}`);
        assert.equal(receiver.effects(), 0, 'a forgery was carried out');
      }),
      { ...parameters, numRuns: runs - signedRuns },
    );
    await fc.assert(
      fc.asyncProperty(signedNonsense(receiver), async (call) => {
        await meets(call);
      }),
      {
        ...parameters,
        numRuns: signedRuns,
      },
    );
  } finally {
    sender.close();
  }
  for (const secret of [MARK, ...receiver.secrets]) {
    assert.ok(!receiver.logged().includes(secret), 'something of a body was logged');
  }
  return statuses;
}

export interface SentCall extends Call {
  /** After the receiver's own: `''`, `/`, `?x`. */
  readonly pathSuffix: string;
}

/** Header names and repetitions go out exactly as they are given, over connections that are kept. */
function openSender(url: string): { send(call: SentCall): Promise<number>; close(): void } {
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  const { host } = new URL(url);
  return {
    send: ({ method, headers, body, pathSuffix }) =>
      new Promise((resolve, reject) => {
        const lines = [['host', host], ['content-length', String(body.length)], ...headers].flat();
        const outgoing = httpRequest(`${url}${pathSuffix}`, { method, agent, headers: lines }, (answer) => {
          answer.resume();
          answer.on('end', () => resolve(answer.statusCode ?? 0));
          answer.on('error', reject);
        });
        outgoing.on('error', reject);
        outgoing.end(body);
      }),
    close: () => agent.destroy(),
  };
}
