/** Whether a try of a mail provider ends the pause that its refusal began. */
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import type { ChannelName } from '../../src/approval/brand.js';
import { resumingProbe } from '../../src/compose/resuming-probe.js';
import type { MailProvider } from '../../src/contract/mail-records.js';
import type { GateEvent } from '../../src/events/events.js';
import { testLedger, type TestLedger } from '../fixtures/databases/test-ledger.js';

const transport = 'email' as ChannelName;
const AUDIT = { who: 'operator:grace', what: 'channel_paused', surface: 'cli', site: null, address: null, detail: {} };
const TO = 'ada@example.org';
const signal = new AbortController().signal;

let store: TestLedger;
beforeEach(async () => {
  store = await testLedger();
});
afterEach(() => {
  store.wipe();
});

function provider(name: string): MailProvider {
  const endpoint = { host: 'mx.example.org', port: 587, tls: 'required', user: null, oauth: null } as const;
  const state = { state: 'active', pausedReason: null, origin: 'stored', version: 1 } as const;
  return { name, kind: 'smtp', endpoint, policy: {}, ...state };
}

interface Tried {
  readonly of: string;
  readonly to?: string | null;
  readonly isOk?: boolean;
  readonly providers?: readonly string[];
  readonly isByHand?: boolean;
  readonly resumed: boolean;
}

const TRIED: readonly Tried[] = [
  { of: 'a mail that the only provider took', resumed: true },
  { of: 'a mail that it refused', isOk: false, resumed: false },
  { of: 'signing in alone', to: null, resumed: false },
  { of: 'a mail by one of several', providers: ['relay', 'other'], resumed: false },
  { of: 'a mail while an operator has paused the channel', isByHand: true, resumed: false },
];

test.each(TRIED)('after $of the channel goes on: $resumed', async (tried) => {
  const { to = TO, isOk = true, providers = ['relay'], isByHand = false, resumed } = tried;
  const { ledger } = store;
  const pause = { transport, reason: 'smtp_535' };
  if (isByHand) await ledger.deliveries.pauseByHand(pause, AUDIT);
  else await ledger.deliveries.pause({ ...pause, probeAfterMs: 300_000 });
  const events: GateEvent[] = [];
  const probe = resumingProbe(
    { test: () => Promise.resolve({ isOk, detail: 'told', cure: '' }) },
    {
      ...{ transport, ledger, events: { emit: (event) => void events.push(event) } },
      records: { providers: () => Promise.resolve(providers.map(provider)) },
    },
  );

  const answer = await probe.test({ provider: provider('relay'), mailbox: null, to }, signal);

  expect([answer.isOk, answer.isResumed ?? false]).toEqual([isOk, resumed]);
  expect(await ledger.deliveries.pauses()).toHaveLength(resumed ? 0 : 1);
  expect(events).toEqual(resumed ? [{ event: 'auth_gate.channel_resumed', channel: transport }] : []);
});
