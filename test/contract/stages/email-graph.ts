/** The e-mail channel over Microsoft Graph. Until a draft is sent nobody sees anything, which is why it can wait at every step before. */
import { emailNotifier } from '../../../bots/email/notifier.js';
import { oneSender } from '../../../bots/email/senders.js';
import { graphTransport } from '../../../bots/email/graph/graph.js';
import type { ApproverId } from '../../../src/approval/brand.js';
import type { Recipient } from '../../../src/contract/notifier.js';
import { secretsOf } from '../../fixtures/channels/graph.js';
import type { GraphFault } from '../../fakes/graph-faults.js';
import { startFakeGraph, type FakeGraph } from '../../fakes/graph.js';
import type { ReadMail } from '../../fakes/read-mail.js';
import type { Behaviour, SeenMessage, Stage } from '../stage.js';

const FROM = { name: 'Koder Gate', address: 'gate@koder.dev' };

export const emailOverGraph: Stage = {
  name: 'email over Microsoft Graph',
  tells: 'question',
  lacks: { message_gone: 'a mail is never edited' },
  async open(deps, at) {
    const fake = await startFakeGraph();
    const host = at === 'fake' ? '127.0.0.1' : 'nowhere.invalid';
    const { apiUrl, tokenUrl } = fake.endpoint;
    const moved = { apiUrl: apiUrl.replace('127.0.0.1', host), tokenUrl: tokenUrl.replace('127.0.0.1', host) };
    const transport = graphTransport({ ...fake.endpoint, ...moved }, secretsOf(fake), deps);
    return {
      channel: {
        notifier: emailNotifier({ senders: oneSender(FROM, transport), clock: deps.clock }),
        slots: transport.slots,
        health: (signal) => transport.health(signal),
        stop: () => Promise.resolve(transport.close()),
      },
      fake: {
        behave: (behaviour) => behave(fake, behaviour),
        calls: () => fake.calls(),
        arrival: () => fake.arrival(),
        sees: (recipient) => leftFor(fake, addressOf(recipient)).map(seen),
      },
      recipient: (number) => ({
        kind: 'approver',
        approver: `approver${String(number)}@koder.dev` as ApproverId,
        address: `approver${String(number)}@example.org`,
      }),
      secrets: [fake.registration.clientSecret],
      async close() {
        transport.close();
        await fake.close();
      },
    };
  },
};

async function behave(fake: FakeGraph, behaviour: Behaviour): Promise<void> {
  const { kind } = behaviour;
  if (kind === 'message_gone') throw new Error('the stage lacks it');
  fake.registration.refusal = kind === 'bad_credentials' ? 7000215 : null;
  if (kind === 'bad_credentials') fake.tokens.revokeAll();
  fake.faults.set(...faultsOf(behaviour));
  await fake.become(kind === 'hang_before_body' ? 'silent' : kind === 'refuse_connection' ? 'away' : 'normal');
}

function faultsOf(behaviour: Behaviour): readonly GraphFault[] {
  if (behaviour.kind === 'busy') return [busy(behaviour.retryAfterSeconds)];
  return FAULTS[behaviour.kind] ?? [];
}

function busy(seconds: number): GraphFault {
  return answered('create', { status: 429, code: 'TooManyRequests', headers: { 'retry-after': String(seconds) } });
}

/** By what is done with a mail that would have arrived. */
const FAULTS: Readonly<Partial<Record<Behaviour['kind'], readonly GraphFault[]>>> = {
  hang: [{ at: ['send'], phase: 'before_effect', how: { kind: 'hang' } }],
  reset_after_body: [{ at: ['send'], phase: 'after_effect', how: { kind: 'reset' } }],
  server_error: [answered('send', { status: 503, code: 'UnknownError' })],
  no_in_a_200: [answered('send', { status: 200, code: 'ErrorInvalidRecipients' })],
  garbage: [{ at: ['create', 'send'], phase: 'before_effect', how: { kind: 'garbage' } }],
  unknown_recipient: [answered('send', { status: 400, code: 'ErrorInvalidRecipients' })],
  message_refused: [answered('create', { status: 400, code: 'ErrorMimeContentInvalidBase64String' })],
};

function answered(
  step: 'create' | 'send',
  how: Omit<Extract<GraphFault['how'], { kind: 'answer' }>, 'kind'>,
): GraphFault {
  return { at: [step], phase: 'before_effect', how: { kind: 'answer', ...how } };
}

/** What was sent twice is there twice. */
function leftFor(fake: FakeGraph, address: string): readonly ReadMail[] {
  const { items } = fake.mailbox();
  return items
    .filter(({ mail }) => mail.to.includes(address))
    .flatMap(({ mail, submissions }) => Array.from({ length: submissions }, () => mail));
}

function addressOf(recipient: Recipient): string {
  return 'address' in recipient ? recipient.address : '';
}

function seen({ words, links, structure }: ReadMail): SeenMessage {
  return { text: words, links, buttons: [], structure };
}
