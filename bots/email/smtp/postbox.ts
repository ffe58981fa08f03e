/**
 * Hands mails to one SMTP server over a pool of connections, one attempt a call: what happened comes back as a value
 * that says how far the mail got. Nothing is retried in here, and nothing the server said is kept.
 */
import { createTransport } from 'nodemailer';
import type { Readable } from 'node:stream';
import type { Log } from '../../../src/base/process/log.js';
import { failureOf, type SmtpFailure } from './classify.js';
import type { SmtpServer } from '../config.js';
import type { ComposedMail } from '../transport.js';

export const MAX_CONNECTIONS = 5;

/** A healthy server greets within a second; the courier's own patience is 10 to 15 s. */
const CONNECTION_TIMEOUT_MS = 5_000;
const GREETING_TIMEOUT_MS = 5_000;
const SILENCE_TIMEOUT_MS = 15_000;
/** Well below the 5 minutes a server must wait at least (RFC 5321, 4.5.3.2.7). */
const IDLE_TIMEOUT_MS = 60_000;
const CLOSE_TIMEOUT_MS = 1_000;

export type Posting = { readonly kind: 'sent' } | { readonly kind: 'failed'; readonly failure: SmtpFailure };

interface Postbox {
  send(mail: ComposedMail, signal: AbortSignal): Promise<Posting>;
  /** Connects and signs in without sending anything: for health checks. */
  verify(signal: AbortSignal): Promise<Posting>;
  /** Closes the pool. Mails that are being sent fail. */
  close(): void;
}

export function createPostbox(server: SmtpServer, { ownName, log }: { ownName: string; log: Log }): Postbox {
  const bodies = new WeakMap<object, Readable>();
  const transport = createTransport(optionsOf(server, ownName));
  transport.on('error', () => {
    log.warn('mail transport failed outside a delivery');
  });
  // The stream of the mail's bytes is untouched until the server has said 354: whether it was read tells how far we got.
  transport.use('stream', (mail, done) => {
    const { envelope } = mail.data;
    mail.message.processFunc((body) => {
      if (envelope !== undefined) bodies.set(envelope, body);
      return body;
    });
    done();
  });
  return {
    async send(mail, signal) {
      const envelope = { from: mail.from.address, to: [mail.to] }; // this attempt's alone: it is the key to its body
      try {
        await transport.sendMail({ ...messageOf(mail), envelope, signal });
        return { kind: 'sent' };
      } catch (error) {
        return { kind: 'failed', failure: failureOf(error, bodies.get(envelope)?.readableDidRead ?? false) };
      }
    },
    verify: (signal) => verify(() => transport.verify(), signal),
    close() {
      transport.close({ force: true });
    },
  };
}

function optionsOf(server: SmtpServer, ownName: string): Parameters<typeof createTransport>[0] & { pool: true } {
  const { login } = server;
  return {
    pool: true,
    host: server.host,
    port: server.port,
    secure: server.tls === 'implicit',
    requireTLS: server.tls === 'required',
    ignoreTLS: server.tls === 'none',
    name: ownName,
    ...(login === null ? {} : { auth: { user: login.user, pass: login.password.revealText() } }),
    maxConnections: MAX_CONNECTIONS,
    maxRequeues: 0,
    connectionTimeout: CONNECTION_TIMEOUT_MS,
    dnsTimeout: CONNECTION_TIMEOUT_MS,
    greetingTimeout: GREETING_TIMEOUT_MS,
    socketTimeout: SILENCE_TIMEOUT_MS,
    idleTimeout: IDLE_TIMEOUT_MS,
    socketCloseTimeout: CLOSE_TIMEOUT_MS,
    disableFileAccess: true,
    disableUrlAccess: true,
    logger: false,
  };
}

function messageOf(mail: ComposedMail): Parameters<ReturnType<typeof createTransport>['sendMail']>[0] {
  return {
    from: { ...mail.from },
    to: { name: '', address: mail.to },
    subject: mail.subject,
    text: mail.text,
    html: mail.html,
    messageId: `<${mail.messageId}>`,
    date: new Date(mail.dateMs),
    headers: { ...mail.headers },
    xMailer: false,
  };
}

async function verify(call: () => Promise<true>, signal: AbortSignal): Promise<Posting> {
  let onAbort: (() => void) | undefined;
  const aborted = new Promise<never>((_resolve, reject) => {
    onAbort = () => {
      reject(Object.assign(new Error('aborted'), { code: 'EABORT' }));
    };
    signal.addEventListener('abort', onAbort, { once: true });
    if (signal.aborted) onAbort();
  });
  try {
    await Promise.race([call(), aborted]);
    return { kind: 'sent' };
  } catch (error) {
    return { kind: 'failed', failure: failureOf(error, false) };
  } finally {
    if (onAbort !== undefined) signal.removeEventListener('abort', onAbort);
  }
}
