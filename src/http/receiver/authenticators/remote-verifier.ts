/**
 * Bearers that a service of the producer's own knows: each is shown to it, with `X-Internal-Secret` saying who asks.
 *
 * What it answers: 200 with JSON that names the caller is a yes; 401 and 403 are a no; everything else (an error, a
 * redirect, a hang, a 200 that names nobody) is no answer at all, and then the caller is told to come back. A yes is
 * remembered for seconds, under a hash; a no never, so that a token works the moment it is made.
 */
import { setMaxListeners } from 'node:events';
import { sha256Hex } from '../../../base/crypto/digest.js';
import type { Clock } from '../../../base/time/clock.js';
import type { HttpAnswer } from '../../../base/net/http-client.js';
import type { Log } from '../../../base/process/log.js';
import type { ProofsOf, VerifierProof } from '../../../contract/caller-proofs.js';
import { onlyBearer } from '../../shared/bearer.js';
import { UNAVAILABLE, UNKNOWN, type Authentication, type Authenticator } from '../authenticator.js';
import { looksLikeServiceToken } from '../service-token.js';
import { questions } from './questions.js';
import { rememberedCallers } from './remembered-callers.js';
import { verdictIn } from './verdict.js';
import { verifierClients } from './verifier-clients.js';

/** The receiver answers within 1.7 s: this leaves the ledger its share. */
const TIMEOUT_MS = 1_000;

export interface RemoteVerifierDeps {
  readonly proofs: ProofsOf<'verifier'>;
  readonly clock: Pick<Clock, 'nowMs' | 'monotonicMs'>;
  readonly log: Log;
}

export interface RemoteVerifier extends Authenticator {
  /** Breaks off what is being asked. */
  close(): void;
}

/** Whom a bearer is shown to. */
interface Addressee {
  readonly producer: string;
  readonly verifier: VerifierProof;
}

export function remoteVerifier(deps: RemoteVerifierDeps): RemoteVerifier {
  const { clock, log } = deps;
  const clients = verifierClients();
  const remembered = rememberedCallers(clock);
  const asked = questions();
  const closing = new AbortController();
  // each question in flight listens to it, and more than ten are no leak: node would warn of one
  setMaxListeners(0, closing.signal);
  const show = async ({ producer, verifier }: Addressee, bearer: string): Promise<Authentication> => {
    const answer = await clients.of(verifier).call({
      method: 'POST',
      url: verifier.url,
      headers: { 'content-type': 'application/json', 'x-internal-secret': verifier.secret.revealText() },
      body: Buffer.from(JSON.stringify({ token: bearer })),
      signal: closing.signal,
      timeoutMs: TIMEOUT_MS,
    });
    const found = callerIn(answer, { producer, nowMs: clock.nowMs() });
    if (found.kind === 'unavailable') log.warn('a verifier gave no answer', { producer, answer: inWords(answer) });
    return found;
  };
  return {
    async authenticate({ rawHeaders }) {
      const bearer = onlyBearer(rawHeaders);
      const to = bearer === null ? null : addresseeOf(bearer, deps.proofs());
      if (bearer === null || to === null) return UNKNOWN;
      const key = sha256Hex(`${to.producer}\0${to.verifier.url}\0${bearer}`);
      const known = remembered.find(key);
      if (known !== null) return known;
      const found = await asked.ask(to.producer, key, () => show(to, bearer));
      if (found.kind === 'caller') remembered.keep(key, found, to.verifier.cacheSeconds);
      return found;
    },
    close() {
      closing.abort();
      clients.close();
    },
  };
}

/** At most one: the configuration lets no two verifiers claim one bearer, so that none is shown what is another's. */
function addresseeOf(bearer: string, proofs: ReturnType<RemoteVerifierDeps['proofs']>): Addressee | null {
  if (looksLikeServiceToken(bearer)) return null;
  for (const [producer, { verifier }] of proofs)
    if (verifier !== null && bearer.startsWith(verifier.prefix)) return { producer, verifier };
  return null;
}

function callerIn(answer: HttpAnswer, asked: { producer: string; nowMs: number }): Authentication {
  if (answer.kind !== 'answered') return UNAVAILABLE;
  if (answer.status === 401 || answer.status === 403) return UNKNOWN;
  const verdict = answer.status === 200 ? verdictIn(answer.body) : null;
  if (verdict === null) return UNAVAILABLE;
  if (verdict.untilMs !== null && verdict.untilMs <= asked.nowMs) return UNKNOWN;
  const { producer } = asked;
  return { kind: 'caller', producer, identity: `${producer}/${verdict.identity}`, untilMs: verdict.untilMs };
}

/** Never a word of the peer's own: it may hold the bearer. */
function inWords(answer: HttpAnswer): string {
  return answer.kind === 'answered' ? `status ${String(answer.status)}` : answer.reason;
}
