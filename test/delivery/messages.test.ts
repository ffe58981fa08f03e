/** Messages without a request: what is refused before it is queued, and what is drawn of what was. */
import { describe, expect, test } from '@jest/globals';
import type { ChannelName } from '../../src/approval/brand.js';
import { systemRandom } from '../../src/base/crypto/random.js';
import { createEncryption } from '../../src/base/crypto/encryption.js';
import { Secret } from '../../src/base/crypto/secret.js';
import type { MessageNotice } from '../../src/contract/notifier.js';
import type { NewMessage, QueuedMessage } from '../../src/contract/message.js';
import { drawMessage } from '../../src/delivery/attempts/draw-message.js';
import { createMessages, type Carrying } from '../../src/delivery/messages.js';
import { messageClaimOf } from '../fixtures/delivery/claims.js';
import { DELIVERED, scriptedChannel } from '../fixtures/delivery/scripted-channel.js';

const EMAIL = 'email' as ChannelName;
const CONTENT = { subject: 'Sign in', text: 'Open https://gate.example.org/sign-in/1', html: '<p>Open it</p>' };
const MAIL: NewMessage = {
  kind: 'mail',
  channel: EMAIL,
  recipient: { kind: 'mailbox', address: 'newcomer@example.net' },
  about: { kind: 'account', id: 'a1' },
  payload: CONTENT,
  giveUpAfterMs: 600_000,
  idempotencyKey: 'sign-in:1',
};

const encryption = createEncryption([new Secret(Buffer.alloc(32, 7))]);

function messagesWith(queued: QueuedMessage[] = []) {
  const carrying: Carrying = {
    kinds: ['mail'],
    checkAddress: (address) => (address.includes('@') ? null : 'no address'),
  };
  return createMessages({
    deliveries: {
      enqueue(message) {
        queued.push(message);
        return Promise.resolve({ kind: 'queued', deliveryId: message.id });
      },
    },
    encryption,
    carrying: new Map([[EMAIL, carrying]]),
    random: systemRandom(),
  });
}

describe('queuing', () => {
  test.each<[reason: string, change: Partial<NewMessage>]>([
    ['channel_not_configured', { channel: 'talk' as ChannelName }],
    ['kind_not_carried', { kind: 'digest' }],
    ['recipient_malformed', { recipient: { kind: 'mailbox', address: 'newcomer' } }],
    ['too_late', { giveUpAfterMs: 0 }],
  ])('%s: it is refused, and nothing is written', async (reason, change) => {
    const queued: QueuedMessage[] = [];

    const answer = await messagesWith(queued).enqueue({ ...MAIL, ...change });

    expect(answer).toEqual({ kind: 'refused', reason });
    expect(messagesWith().prepare({ ...MAIL, ...change })).toEqual({ kind: 'refused', reason });
    expect(queued).toEqual([]);
  });

  test('whoever has a mailbox can be written to, and no word of it is queued in clear', async () => {
    const queued: QueuedMessage[] = [];

    const answer = await messagesWith(queued).enqueue(MAIL);

    const [message] = queued;
    const { payload, ...rest } = MAIL;
    expect(answer).toEqual({ kind: 'queued', deliveryId: message?.id });
    expect(message).toMatchObject(rest);
    expect(JSON.stringify(message)).not.toContain(payload.text);
    expect(encryption.open('message', message?.id ?? '', message?.sealedPayload ?? '')).toBe(JSON.stringify(CONTENT));
  });

  test('what is prepared for another commit is what would have been queued, with an id of its own', () => {
    const [one, other] = [messagesWith().prepare(MAIL), messagesWith().prepare(MAIL)];

    if (one.kind !== 'prepared' || other.kind !== 'prepared') throw new Error('nothing refuses it');
    expect(one.message).toMatchObject({ kind: 'mail', recipient: MAIL.recipient, idempotencyKey: 'sign-in:1' });
    expect(one.message.id).not.toBe(other.message.id);
  });
});

describe('drawing', () => {
  const sealedPayload = encryption.seal('message', 'd1', JSON.stringify(CONTENT));
  const silent = scriptedChannel({ updates: 'none' }).transport.notifier;

  test('the channel is handed what was queued, once for each attempt', async () => {
    const sent: MessageNotice[] = [];
    const notifier = {
      ...silent,
      send(notice: MessageNotice) {
        sent.push(notice);
        return Promise.resolve(DELIVERED);
      },
    };
    const claim = messageClaimOf({ sealedPayload, attempt: 3 });

    const drawn = drawMessage(claim, notifier, encryption);

    if (drawn.kind !== 'call') throw new Error(`it is ${drawn.kind}`);
    expect(await drawn.call(AbortSignal.timeout(1_000))).toEqual(DELIVERED);
    const { recipient } = claim;
    expect(sent).toEqual([{ deliveryId: 'd1', attempt: 3, kind: 'mail', recipient, content: CONTENT }]);
  });

  test.each([
    ['it was erased', null],
    ['it was encrypted for another delivery', encryption.seal('message', 'd2', JSON.stringify(CONTENT))],
    ['its key is gone', createEncryption([new Secret(Buffer.alloc(32, 8))]).seal('message', 'd1', '{}')],
  ])('%s: nothing can be sent', (_why, payload) => {
    const notifier = { ...silent, send: () => Promise.resolve(DELIVERED) };

    expect(drawMessage(messageClaimOf({ sealedPayload: payload }), notifier, encryption)).toEqual({
      kind: 'impossible',
      reason: 'payload_unreadable',
    });
  });

  test('a channel that carries no messages is not asked', () => {
    expect(drawMessage(messageClaimOf({ sealedPayload }), silent, encryption)).toEqual({
      kind: 'impossible',
      reason: 'kind_not_carried',
    });
  });
});
