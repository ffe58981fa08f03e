/** Mails: what leaves, for a request and without one. */
import { describe, expect, test } from '@jest/globals';
import type { ApproverId } from '../../src/approval/brand.js';
import type { OpenChannel } from '../../src/contract/channel.js';
import type { Answer, MessageNotice } from '../../src/contract/notifier.js';
import { CONFIRM_URL } from '../fixtures/cards/adaptive-cases.js';
import { closeMails, notify, open } from '../fixtures/channels/email.js';

closeMails();

describe('a mail', () => {
  test('has both parts, one link, a Message-ID of its delivery, and says it was made by a machine', async () => {
    const { channel, fake } = await open();

    const answer = await notify(channel, { deliveryId: 'delivery1' });

    const [mail] = fake.mails();
    expect(answer).toEqual({ kind: 'delivered', receipt: { messageId: 'delivery1@koder.dev' } });
    expect(mail?.messageId).toBe('<delivery1@koder.dev>');
    expect(mail?.subject).toMatch(/^\[Koder Access\] stg\.kds\.koder\.dev: \S+ asks \(\w{6}\)$/);
    expect(mail?.to).toEqual(['rpm@example.org']);
    expect(mail?.textPart).toContain('Review request →');
    expect(mail?.htmlPart).toContain('Review request →');
    expect(mail?.links).toEqual([CONFIRM_URL]);
    expect(Object.fromEntries(mail?.headers ?? [])).toMatchObject({
      from: 'Koder Gate <gate@koder.dev>',
      'auto-submitted': 'auto-generated',
      'x-auto-response-suppress': 'All',
      'content-type': expect.stringMatching(/^multipart\/alternative;/),
    });
    expect([...(mail?.headers.keys() ?? [])].filter((name) => /x-mailer|bcc|cc|list|notification/.test(name))).toEqual(
      [],
    );
  });

  test('goes out over a connection that stays for the next one', async () => {
    const { channel, fake } = await open();

    await notify(channel, { deliveryId: 'one' });
    await notify(channel, { deliveryId: 'two' });

    expect(fake.mails()).toHaveLength(2);
    expect(fake.connections()).toBe(1);
  });

  test.each([
    'a@b.example, eve@evil.example',
    'a@b.example\r\nBcc: eve@evil.example',
    '<a@b.example>',
    'a b@c.example',
    '',
  ])('does not go to %j, which is not one address', async (address) => {
    const { channel, fake } = await open();

    const answer = await notify(channel, {
      recipient: { kind: 'approver', approver: 'rpm@koder.dev' as ApproverId, address },
    });

    expect(answer).toEqual({ kind: 'refused', scope: 'recipient', reason: 'not_a_mail_address' });
    expect(fake.calls()).toBe(0);
  });
});

describe('a message without a request', () => {
  const content = {
    subject: 'Sign in to the gate',
    text: 'Open this link: https://gate.example.org/sign-in/1',
    html: '<p><a href="https://gate.example.org/sign-in/1">Sign in</a></p>',
  };

  function send(channel: OpenChannel, address = 'newcomer@example.net'): Promise<Answer> {
    const recipient = { kind: 'mailbox', address } as const;
    const notice: MessageNotice = { deliveryId: 'message1', attempt: 1, kind: 'mail', recipient, content };
    const answer = channel.notifier.send?.(notice, AbortSignal.timeout(8_000));
    if (answer === undefined) throw new Error('the channel carries messages');
    return answer;
  }

  test('goes as it is written to whoever reads the mailbox, from the gate and by a machine', async () => {
    const { channel, fake } = await open();

    const answer = await send(channel);

    const [mail] = fake.mails();
    expect(answer).toEqual({ kind: 'delivered', receipt: { messageId: 'message1@koder.dev' } });
    expect(mail).toMatchObject({ messageId: '<message1@koder.dev>', to: ['newcomer@example.net'] });
    expect(mail?.subject).toBe(content.subject);
    expect(mail?.textPart.trim()).toBe(content.text);
    expect(mail?.htmlPart.trim()).toBe(content.html);
    expect(mail?.links).toEqual(['https://gate.example.org/sign-in/1']);
    expect(mail?.headers.get('from')).toBe('Koder Gate <gate@koder.dev>');
    expect(mail?.headers.get('auto-submitted')).toBe('auto-generated');
  });

  test('a second attempt of one delivery is the twin of the first: a mailbox keeps one', async () => {
    const { channel, fake } = await open();

    await send(channel);
    await send(channel);

    expect(fake.calls()).toBe(2);
    expect(fake.mails()).toHaveLength(1);
  });

  test('does not go to what is not one address', async () => {
    const { channel, fake } = await open();

    const answer = await send(channel, 'a@b.example, eve@evil.example');

    expect(answer).toEqual({ kind: 'refused', scope: 'recipient', reason: 'not_a_mail_address' });
    expect(fake.calls()).toBe(0);
  });
});
