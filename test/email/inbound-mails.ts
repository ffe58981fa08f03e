/** Mails as mail systems, people and forgers write them to the gate's own address. */

export const DELIVERY = '4k2m0000000000000000';
export const OWN_MESSAGE_ID = `<${DELIVERY}@example.org>`;

interface StatusWish {
  readonly action?: string;
  readonly status?: string;
  readonly messageId?: string | null;
  readonly originalType?: string;
  readonly statusType?: string;
  readonly inReplyTo?: string;
  /** Further groups of the delivery status. */
  readonly others?: readonly string[];
}

/** As RFC 3464 has it, and as postfix writes it. */
export function bounce(wish: StatusWish = {}): string {
  const { action = 'failed', status = '5.1.1', messageId = OWN_MESSAGE_ID, others = [] } = wish;
  const original = messageId === null ? '' : part(wish.originalType ?? 'message/rfc822', originalMail(messageId));
  return mail([
    'From: MAILER-DAEMON@mx.example.net (Mail Delivery System)',
    'To: gate@example.org',
    'Subject: Undelivered Mail Returned to Sender',
    ...(wish.inReplyTo === undefined ? [] : [`In-Reply-To: ${wish.inReplyTo}`]),
    'Auto-Submitted: auto-replied',
    'MIME-Version: 1.0',
    'Content-Type: multipart/report; report-type=delivery-status;',
    '\tboundary="report"',
    '',
    'This is a MIME-encapsulated message.',
    '',
    part('text/plain', '\nI could not deliver your message.'),
    part(
      wish.statusType ?? 'message/delivery-status',
      [
        '',
        'Reporting-MTA: dns; mx.example.net',
        '',
        ...others.flatMap((group) => [group, '']),
        'Final-Recipient: rfc822; ada@example.net',
        `Action: ${action}`,
        `Status: ${status}`,
        'Diagnostic-Code: smtp; 550 5.1.1 <ada@example.net>: Recipient address',
        '    rejected: User unknown',
      ].join('\n'),
    ),
    original,
    '--report--',
  ]);
}

/** As RFC 5965 has it. */
export function complaint(feedbackType = 'abuse'): string {
  return mail([
    'From: abuse@example.net',
    'To: gate@example.org',
    'MIME-Version: 1.0',
    'Content-Type: multipart/report; report-type=feedback-report; boundary="report"',
    '',
    part('text/plain', '\nThis is an email abuse report.'),
    part('message/feedback-report', `\nFeedback-Type: ${feedbackType}\nUser-Agent: SomeGenerator/1.0\nVersion: 1`),
    part('message/rfc822', originalMail(OWN_MESSAGE_ID)),
    '--report--',
  ]);
}

/** What an approver, or anybody, may write back. */
export function letter(subject: string, text: string): string {
  return mail([
    'From: ada@example.org',
    'To: gate@example.org',
    `Subject: ${subject}`,
    `In-Reply-To: ${OWN_MESSAGE_ID}`,
    'Content-Type: text/plain; charset=utf-8',
    '',
    text,
  ]);
}

function originalMail(messageId: string): string {
  return [
    '',
    'Received: by mx.example.net',
    'From: gate@example.org',
    `Message-ID: ${messageId}`,
    '',
    'A visitor asks.',
  ].join('\n');
}

function part(type: string, body: string): string {
  return `--report\nContent-Type: ${type}\n${body}\n`;
}

function mail(lines: readonly string[]): string {
  return lines.join('\n').replaceAll('\n', '\r\n');
}
