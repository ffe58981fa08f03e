/** The SMTP transport: a small pool of connections to one server. */
import { createHttpClient } from '../../../src/base/net/http-client-node.js';
import type { Log } from '../../../src/base/process/log.js';
import type { Clock } from '../../../src/base/time/clock.js';
import type { Health } from '../../../src/contract/channel.js';
import type { MailProvider } from '../../../src/contract/mail-records.js';
import type { MailTransport } from '../transport.js';
import { accessTokens, type AccessTokens, type TokenAnswer } from './access-token.js';
import { classify } from './classify.js';
import { createPostbox, MAX_CONNECTIONS, type Posting } from './postbox.js';
import type { SmtpServer } from './server.js';

export interface SmtpDeps {
  readonly ownName: string;
  readonly log: Log;
  readonly clock: Pick<Clock, 'nowMs' | 'monotonicMs'>;
  /** As the provider's policy has them; 10 s and 60 s where absent. */
  readonly connectMs?: number;
  /** Whose server it is; absent, as where it is the environment's: of `SMTP_URL`. */
  readonly of?: Pick<MailProvider, 'name' | 'origin'>;
  readonly totalMs?: number;
}

/** Mails that wait for a connection, so that none is idle while what came of its last mail is written. */
const READY = MAX_CONNECTIONS;
export const SLOTS = MAX_CONNECTIONS + READY;

/** SMTP has no idempotency key, but a mail has: its Message-ID, which is also what a bounce quotes. */
export function smtpTransport(server: SmtpServer, deps: SmtpDeps): MailTransport {
  const tokens = tokensFor(server, deps);
  const postbox = createPostbox(server, {
    ...deps,
    ...(tokens === null ? {} : { token: async (isRefused) => textOf(await tokens.get(isRefused)) }),
  });
  return {
    slots: SLOTS,
    isIdempotent: true,
    async send(mail, signal) {
      // asked for before the pool is, so that why there is none is known as it was said
      const token = await tokens?.get();
      if (token !== undefined && token.kind !== 'token') return token;
      const posting = await postbox.send(mail, signal);
      if (posting.kind === 'failed') return classify(posting.failure);
      return { kind: 'delivered', correlation: { messageId: mail.messageId } };
    },
    async health(signal) {
      const token = await tokens?.get();
      if (token !== undefined && token.kind !== 'token') return unhealthyLogin(server, token.reason);
      return healthOf(server, await postbox.verify(signal), namesOf(deps));
    },
    close() {
      tokens?.close();
      postbox.close();
    },
  };
}

function tokensFor({ oauth }: SmtpServer, { clock }: SmtpDeps): AccessTokens | null {
  if (oauth === undefined) return null;
  // an operator's own configured peer; its URL was checked to be https, or on loopback
  const http = createHttpClient({ egress: 'any', allowedNetworks: [] });
  return accessTokens(oauth, { http, clock });
}

function textOf(answer: TokenAnswer): string {
  if (answer.kind === 'token') return answer.token;
  throw new Error(answer.reason); // the pool makes a failed login of it
}

function unhealthyLogin({ oauth }: SmtpServer, reason: string): Health {
  return {
    kind: 'unhealthy',
    detail: `${new URL(oauth?.tokenUrl ?? '').host}: ${reason}`,
    cure: 'check client id, client secret, refresh token and scope, and that the token endpoint can be reached from here',
  };
}

interface Names {
  readonly server: string;
  readonly sender: string;
}

/** Where operators find what is to be mended. */
function namesOf({ of }: Pick<SmtpDeps, 'of'>): Names {
  if (of === undefined || of.origin === 'env') return { server: 'SMTP_URL', sender: 'MAIL_FROM' };
  const server =
    of.origin === 'declared' ? `[mail.providers.${of.name}] of sites.toml` : `the mail provider ${of.name}`;
  return { server, sender: 'its mailboxes' };
}

function healthOf(server: SmtpServer, ended: Posting, names: Names): Health {
  const where = `${server.host}:${String(server.port)}`;
  if (ended.kind === 'sent') return { kind: 'healthy', detail: `${where} lets us in` };
  const answer = classify(ended.failure);
  const isOurFault = answer.kind === 'refused' && answer.scope === 'provider';
  return {
    kind: 'unhealthy',
    detail: `${where}: ${answer.reason === 'dns' ? 'its name cannot be resolved (DNS)' : answer.reason}`,
    cure: isOurFault
      ? `check user, password and encryption of ${names.server}, and that the server lets ${names.sender} send`
      : `check host and port of ${names.server} and that the server can be reached from here`,
  };
}
