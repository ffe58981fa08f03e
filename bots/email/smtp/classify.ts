/**
 * What an SMTP failure means for the delivery. A reply code decides first: 4yz is "later", 5yz is "no" (RFC 5321,
 * 4.2.1), and the command it answers tells what is broken. Without a code, what matters is whether the mail's bytes
 * had begun to leave: then it may have been delivered.
 */
import type { MailAnswer } from '../transport.js';

/** What is known of a failure, without a word of what the server said. */
export interface SmtpFailure {
  /** The client's own code: `EENVELOPE`, `ETIMEDOUT`, … */
  readonly code: string;
  /** The system's or TLS's code beneath it, if any: `ECONNREFUSED`. */
  readonly cause: string;
  readonly replyCode: number | null;
  /** Of the reply, in digits: `5.1.1` (RFC 3463). */
  readonly status: string | null;
  /** The command that failed: `RCPT TO`, `DATA`, `AUTH PLAIN`, `CONN`. */
  readonly command: string;
  /** Whether the mail itself had begun to leave. */
  readonly hasBodyGone: boolean;
}

type Failed = Exclude<MailAnswer, { readonly correlation: unknown }>;

/** Authentication required, too weak, failed, or encryption required for it (RFC 4954, 6). */
const LOGIN_CODES = [530, 534, 535, 538];
/** Where a server offers it (RFC 2034), it stands first; whatever is behind it is the server's own text. */
const ENHANCED_STATUS = /^\d{3}[ -]([245]\.\d{1,3}\.\d{1,3})(?![\d.])/;
/** "Bad sequence of commands" is about the session and not the mail: another connection may succeed. */
const BAD_SEQUENCE = 503;

export function failureOf(error: unknown, hasBodyGone: boolean): SmtpFailure {
  const known = typeof error === 'object' && error !== null ? (error as Readonly<Record<string, unknown>>) : {};
  return {
    code: text(known['code']),
    cause: text(known['originalCode']),
    replyCode: typeof known['responseCode'] === 'number' ? known['responseCode'] : null,
    status: ENHANCED_STATUS.exec(text(known['response']))?.[1] ?? null,
    command: text(known['command']),
    hasBodyGone,
  };
}

/** What a server took as a whole it may still have refused for one recipient, which nodemailer reports as a success. */
export function refusalIn(
  info: {
    readonly rejected?: readonly unknown[] | undefined;
    readonly rejectedErrors?: readonly unknown[] | undefined;
  },
  to: string,
): SmtpFailure | null {
  const { rejected = [], rejectedErrors = [] } = info;
  const at = rejected.findIndex((address) => address === to);
  return at === -1 ? null : { ...failureOf(rejectedErrors[at], false), command: 'RCPT TO' };
}

export function classify(failure: SmtpFailure): Failed {
  const { replyCode } = failure;
  if (replyCode !== null && replyCode >= 400 && replyCode < 600) return byReply(replyCode, failure);
  if (failure.hasBodyGone) return { kind: 'unknown', reason: reasonOf(failure) };
  return byClient(failure);
}

function byReply(replyCode: number, { command, status }: SmtpFailure): Failed {
  const reason = ['smtp', String(replyCode), ...(status === null ? [] : [status])].join('_');
  if (replyCode < 500 || replyCode === BAD_SEQUENCE) return { kind: 'deferred', reason };
  if (LOGIN_CODES.includes(replyCode) || command.startsWith('AUTH'))
    return { kind: 'refused', scope: 'provider', reason };
  if (command === 'RCPT TO') return { kind: 'refused', scope: 'recipient', reason };
  if (command === 'DATA' || replyCode === 552) return { kind: 'refused', scope: 'message', reason };
  // The greeting, the introduction or the sender was refused: no mail of ours gets through.
  return { kind: 'refused', scope: 'provider', reason };
}

/** Without a reply, and before a byte of the mail had left. */
function byClient(failure: SmtpFailure): Failed {
  const reason = reasonOf(failure);
  switch (failure.code) {
    case 'EAUTH':
    case 'ENOAUTH':
    case 'EOAUTH2':
    case 'ETLS':
      return { kind: 'refused', scope: 'provider', reason };
    case 'EENVELOPE':
      return { kind: 'refused', scope: 'recipient', reason };
    case 'EMESSAGE':
      return { kind: 'refused', scope: 'message', reason };
    default:
      return isCertificate(failure.cause)
        ? { kind: 'refused', scope: 'provider', reason }
        : { kind: 'deferred', reason };
  }
}

const REASONS: Readonly<Record<string, string>> = {
  EABORT: 'aborted',
  EAUTH: 'smtp_login_impossible',
  ECONNECTION: 'connection_closed',
  EDNS: 'dns',
  EENVELOPE: 'smtp_envelope',
  EMESSAGE: 'smtp_message',
  ENOAUTH: 'smtp_login_impossible',
  EOAUTH2: 'smtp_login_impossible',
  EPROTOCOL: 'smtp_protocol',
  ETIMEDOUT: 'timeout',
  ETLS: 'tls',
};

function reasonOf({ code, cause }: SmtpFailure): string {
  if (isCertificate(cause)) return 'tls';
  if (cause === 'ECONNREFUSED') return 'connection_refused';
  if (cause === 'ECONNRESET') return 'connection_reset';
  return REASONS[code] ?? 'network';
}

/** The certificate is not the server's, or of nobody we trust. */
function isCertificate(cause: string): boolean {
  return /CERT|ERR_TLS|UNABLE_TO_(VERIFY|GET_ISSUER)|EPROTO|ERR_SSL/.test(cause);
}

function text(value: unknown): string {
  return typeof value === 'string' ? value : '';
}
