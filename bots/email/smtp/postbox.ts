/**
 * Hands mails to one SMTP server over a pool of connections, one attempt a call: what happened comes back as a value
 * that says how far the mail got. Nothing is retried in here, and nothing the server said is kept.
 */
import { createTransport } from 'nodemailer';
import type SMTPPool from 'nodemailer/lib/smtp-pool';
import type { Log } from '../../../src/base/process/log.js';
import { MESSAGE_HEADER } from '../message-id.js';
import type { ComposedMail } from '../transport.js';
import { watchBodies, type BodyWatch } from './body-watch.js';
import { failureOf, refusalIn, type SmtpFailure } from './classify.js';
import type { SmtpServer } from './server.js';

export const MAX_CONNECTIONS = 5;

const CONNECTION_TIMEOUT_MS = 10_000;
/** Of one mail, from the first command to the reply after its last byte; servers that scan what they take reply late. */
const TOTAL_TIMEOUT_MS = 60_000;
/** Well below the 5 minutes a server must wait at least (RFC 5321, 4.5.3.2.7). */
const IDLE_TIMEOUT_MS = 60_000;
const CLOSE_TIMEOUT_MS = 1_000;

export type Posting = { readonly kind: 'sent' } | { readonly kind: 'failed'; readonly failure: SmtpFailure };

/** What is read of nodemailer's own. */
type SentInfo = Parameters<typeof refusalIn>[0];

interface Postbox {
  send(mail: ComposedMail, signal: AbortSignal): Promise<Posting>;
  /** Connects and signs in without sending anything: for health checks. */
  verify(signal: AbortSignal): Promise<Posting>;
  /** Closes the pool. Mails that are being sent fail. */
  close(): void;
}

export interface PostboxDeps {
  readonly ownName: string;
  readonly log: Log;
  /** For a server with `oauth`: the token to sign in with, or a newer one than the one that was refused. */
  readonly token?: (isRefused: boolean) => Promise<string>;
  /** 10 s for a connection and 60 s for a mail, where absent. */
  readonly connectMs?: number;
  readonly totalMs?: number;
}

export function createPostbox(server: SmtpServer, deps: PostboxDeps): Postbox {
  const { log, token, totalMs = TOTAL_TIMEOUT_MS } = deps;
  const bodies = watchBodies();
  const transport = createTransport(optionsOf(server, deps, bodies));
  transport.on('error', () => {
    log.warn('mail transport failed outside a delivery');
  });
  if (token !== undefined) {
    transport.set('oauth2_provision_cb', (_user, isRefused, done) => {
      token(isRefused).then((text) => done(null, text), done);
    });
  }
  return {
    async send(mail, signal) {
      const late = AbortSignal.timeout(totalMs);
      const message = messageOf(mail, server);
      try {
        const info = (await transport.sendMail({ ...message, signal: AbortSignal.any([signal, late]) })) as SentInfo;
        const refusal = refusalIn(info, mail.to);
        return refusal === null ? { kind: 'sent' } : { kind: 'failed', failure: refusal };
      } catch (error) {
        const failure = failureOf(error, bodies.take(message.messageId));
        const isLate = late.aborted && !signal.aborted && failure.code === 'EABORT';
        return { kind: 'failed', failure: isLate ? { ...failure, code: 'ETIMEDOUT' } : failure };
      } finally {
        bodies.take(message.messageId);
      }
    },
    verify: (signal) => verify(() => transport.verify(), signal),
    close() {
      transport.close({ force: true });
    },
  };
}

type Options = Parameters<typeof createTransport>[0] & { pool: true };

/** `logger` and `debug` are there for `bodies` alone: nothing is written anywhere. */
function optionsOf(server: SmtpServer, deps: PostboxDeps, bodies: BodyWatch): Options {
  const { dkim } = server;
  const { ownName, connectMs = CONNECTION_TIMEOUT_MS, totalMs = TOTAL_TIMEOUT_MS } = deps;
  return {
    pool: true,
    host: server.host,
    port: server.port,
    secure: server.tls === 'implicit',
    requireTLS: server.tls === 'required',
    ignoreTLS: server.tls === 'none',
    name: ownName,
    ...authOf(server),
    ...(dkim === undefined
      ? {}
      : { dkim: { domainName: dkim.domain, keySelector: dkim.selector, privateKey: dkim.key.revealText() } }),
    maxConnections: MAX_CONNECTIONS,
    maxRequeues: 0,
    connectionTimeout: connectMs,
    dnsTimeout: connectMs,
    greetingTimeout: connectMs,
    socketTimeout: totalMs,
    idleTimeout: IDLE_TIMEOUT_MS,
    socketCloseTimeout: CLOSE_TIMEOUT_MS,
    disableFileAccess: true,
    disableUrlAccess: true,
    logger: bodies.logger,
    debug: true,
  };
}

function authOf({ login, oauth }: SmtpServer): Pick<SMTPPool.Options, 'auth'> {
  if (oauth !== undefined) return { auth: { type: 'OAuth2', user: oauth.user } };
  return login === null ? {} : { auth: { user: login.user, pass: login.password.revealText() } };
}

/** The Message-ID is always given: nodemailer would make one of the envelope's sender, which is another for each bounce address. */
function messageOf(mail: ComposedMail, { bounceAddress }: SmtpServer) {
  const id = mail.messageId.split('@')[0] ?? '';
  return {
    from: { ...mail.from },
    to: { name: '', address: mail.to },
    envelope: { from: bounceAddress?.replace('{id}', id) ?? mail.from.address, to: [mail.to] },
    ...(mail.replyTo === undefined ? {} : { replyTo: { name: '', address: mail.replyTo } }),
    subject: mail.subject,
    text: mail.text,
    html: mail.html,
    messageId: `<${mail.messageId}>`,
    date: new Date(mail.dateMs),
    headers: { ...mail.headers, [MESSAGE_HEADER]: mail.messageId },
    // what nodemailer leaves out where the server does not offer it (RFC 3461)
    dsn: { id, return: 'headers', notify: ['failure', 'delay'], recipient: mail.to },
    xMailer: false,
  } satisfies Parameters<ReturnType<typeof createTransport>['sendMail']>[0];
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
