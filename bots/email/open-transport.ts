/** Opens what carries the mails of one provider, by its kind. What is opened belongs to one version of the provider's record. */
import type { Clock } from '../../src/base/time/clock.js';
import type { Random } from '../../src/base/crypto/random.js';
import type { Log } from '../../src/base/process/log.js';
import { smtpSecretsOf } from '../../src/base/net/smtp-endpoint.js';
import type { MailPolicy } from '../../src/contract/mail-policy.js';
import type { MailProvider, MailRecords } from '../../src/contract/mail-records.js';
import { graphTransport, type GraphDeps } from './graph/graph.js';
import { smtpServerOf, type SmtpSecrets } from './smtp/server.js';
import { smtpTransport } from './smtp/smtp.js';
import type { MailTransport } from './transport.js';

export interface TransportDeps {
  readonly records: Pick<MailRecords, 'secret'>;
  readonly ownName: string;
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Log;
  /** Absent: the defaults of the transports. */
  readonly policyFor?: (provider: MailProvider) => Promise<MailPolicy | null>;
}

/** What is missing, and what to do. */
export interface NoTransport {
  readonly problem: string;
  readonly cure: string;
}

export async function openTransport(
  provider: MailProvider,
  deps: TransportDeps,
): Promise<{ readonly transport: MailTransport } | NoTransport> {
  const { name } = provider;
  const { records, ownName, clock, random, log } = deps;
  const policy = (await deps.policyFor?.(provider)) ?? null;
  if (provider.kind === 'graph') {
    const secrets = (purpose: 'graph.client_secret' | 'graph.certificate') => records.secret(name, purpose);
    return { transport: graphTransport(provider.endpoint, secrets, { clock, random, log, ...tuningOf(policy) }) };
  }
  const wanted = [...smtpSecretsOf(provider.endpoint), 'smtp.client_secret'] as const;
  const found = await Promise.all(
    wanted.map(async (purpose) => [purpose, await records.secret(name, purpose)] as const),
  );
  const secrets: SmtpSecrets = Object.fromEntries(found.filter(([, secret]) => secret !== null));
  const read = smtpServerOf(provider.endpoint, secrets);
  if ('server' in read)
    return { transport: smtpTransport(read.server, { ownName, log, clock, of: provider, ...timesOf(policy) }) };
  const problem = read.problems.map((one) => `${one.purpose} ${one.problem}`).join('; ');
  return { problem, cure: read.problems.map(({ cure }) => cure).join('; ') };
}

function timesOf(policy: MailPolicy | null): { readonly connectMs?: number; readonly totalMs?: number } {
  return policy === null ? {} : { connectMs: policy.http.connectMs, totalMs: policy.http.totalMs };
}

function tuningOf(policy: MailPolicy | null): Pick<GraphDeps, 'tuning'> {
  if (policy === null) return {};
  const { http, token, throttle, mail } = policy;
  const calls = throttle.atOnce > 0 ? { callsAtOnce: throttle.atOnce } : {};
  const times = { connectTimeoutMs: http.connectMs, timeoutMs: http.totalMs, maxAnswerBytes: http.answerBytes };
  return {
    tuning: { ...times, ...calls, earlyRefreshShare: token.earlyRefreshShare, isSavedToSent: mail.isSavedToSent },
  };
}
