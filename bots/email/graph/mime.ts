/**
 * A mail as Graph takes it whole: MIME in base64. Graph's JSON form carries text or HTML but not both, of our headers only those
 * that begin with `x-` (so no `Auto-Submitted`), and makes a Message-ID of its own, by which neither a bounce nor a second
 * attempt would find the mail. What JSON has beyond it, a `from` other than the mailbox, we do not use.
 */
import MailComposer from 'nodemailer/lib/mail-composer';
import { MESSAGE_HEADER } from '../message-id.js';
import type { ComposedMail } from '../transport.js';

export async function mimeOf(mail: ComposedMail): Promise<Buffer> {
  const composed = new MailComposer({
    from: { ...mail.from },
    to: { name: '', address: mail.to },
    ...(mail.replyTo === undefined ? {} : { replyTo: { name: '', address: mail.replyTo } }),
    subject: mail.subject,
    text: mail.text,
    html: mail.html,
    messageId: `<${mail.messageId}>`,
    date: new Date(mail.dateMs),
    headers: { ...mail.headers, [MESSAGE_HEADER]: mail.messageId },
    disableFileAccess: true,
    disableUrlAccess: true,
  });
  const raw = await composed.compile().build();
  return Buffer.from(raw.toString('base64'));
}
