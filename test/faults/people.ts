/**
 * What people and producers do to a gate, one deed a function, each on a connection of its own. Platforms and producers send
 * again what was not answered, so these do; what they were told goes into the journal.
 */
import { parseLine } from '../../src/commands/parse-line.js';
import { sign } from '../../src/base/crypto/standard-webhooks.js';
import { EXPIRED_SENTENCE } from '../../src/approval/sentences.js';
import { keyOf, SIGNING_SECRETS } from '../fakes/talk.js';
import { call, WITHIN_MS, type Answered, type Input } from './calls.js';
import type { Gate } from './gate.js';
import type { AnsweredTap, OpenJournal, Verdict } from './journal.js';
import type { Random } from './random.js';
import { HOST, JET_TOKEN } from './sites.js';

/** What of a gate its people need. */
export type ActGate = Pick<Gate, 'name' | 'ports' | 'wasAwry' | 'admin'>;

export interface Acts {
  readonly fixture: { readonly gates: readonly [ActGate, ...ActGate[]] };
  readonly journal: OpenJournal;
  readonly random: Random;
  /** How those who ask call. */
  readonly calling?: Calling;
}

/** How long a caller waits for an answer before asking again (5 s where absent), and whose connections it uses. */
export interface Calling extends Pick<Input, 'withinMs' | 'agent'> {
  /** How long it goes on asking; longer than a process is away, on a busy machine, where absent. */
  readonly insistsMs?: number;
  /** What an answer to a tap over Talk says, in today's words; as it is where absent. */
  readonly inTodaysWords?: (text: string) => string;
}

const INSISTS_MS = 15_000;
const AGAIN_AFTER_MS = 150;
const APPROVALS = '/v1/auth-gate/approvals';
const TALK_KEY = keyOf(SIGNING_SECRETS[0]);
const BROWSER = 'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/148.0.0.0 Safari/537.36';

export interface Ask {
  readonly token: string;
  readonly address: string;
  readonly admin: string;
  readonly ttlSeconds: number;
  /** The site's; that of the episodes where absent. */
  readonly host?: string;
}

/** A producer's request, sent until it is answered. Whether it is known to be open. */
export async function produce(acts: Acts, ask: Ask): Promise<boolean> {
  const { journal } = acts;
  for (const endMs = endOf(acts); performance.now() < endMs; await moment()) {
    const { answer, gate } = await at(acts, (one) => postApproval(one, ask, acts.calling));
    if (answer?.status === 200) {
      journal.opened({ by: 'producer', token: ask.token, address: ask.address, admin: ask.admin });
      return true;
    }
    if (answer?.status === 429) return false;
    // decided by a tap that overtook this answer: it was stored, which is all that is asked for
    if (answer?.status === 409 && answer.text.includes('already_ended')) return false;
    judge(acts, { answer, gate, what: 'a producer' });
  }
  return false;
}

function postApproval(
  gate: Pick<Gate, 'ports'>,
  { token, address, admin, ttlSeconds, host = HOST }: Ask,
  calling: Calling = {},
): Promise<Answered | null> {
  return call({
    ...calling,
    port: gate.ports.public,
    path: APPROVALS,
    method: 'POST',
    headers: { authorization: `Bearer ${JET_TOKEN}`, 'content-type': 'application/json' },
    body: JSON.stringify({
      token,
      host,
      environment: 'stg',
      origin_ip: address,
      user_agent: BROWSER,
      geo: 'BR',
      timestamp: new Date().toISOString(),
      admin,
      confirm_url: '',
      ttl_seconds: ttlSeconds,
    }),
  });
}

export interface LookInput extends Calling {
  readonly what?: 'page' | 'image';
  readonly host?: string;
  /** Whether the check names its site; a version of before does not know that, and one with a single site needs no name. */
  readonly isNamed?: boolean;
}

/** Asks the gate plane as a proxy does: for a navigation, or for what a page loads, which opens no request. */
export function lookIn(
  gate: Pick<Gate, 'ports'>,
  address: string,
  { what = 'image', host = HOST, isNamed = false, ...calling }: LookInput = {},
): Promise<Answered | null> {
  return call({
    ...calling,
    port: gate.ports.gate,
    path: isNamed ? `/site/${host}/auth/forward` : '/auth/forward',
    headers: {
      'x-forwarded-for': address,
      'x-forwarded-host': host,
      'x-forwarded-proto': 'https',
      'x-forwarded-method': 'GET',
      'x-forwarded-uri': '/plans',
      accept: what === 'page' ? 'text/html' : 'image/png',
      'user-agent': BROWSER,
    },
  });
}

/** A visitor knocks until a page tells that somebody was asked. Answers the page; null where none came in time. */
export async function accessRequest(acts: Acts, address: string, own: LookInput = {}): Promise<string | null> {
  const look: LookInput = { ...own, what: 'page', ...acts.calling };
  for (const endMs = endOf(acts); performance.now() < endMs; await moment()) {
    const { answer, gate } = await at(acts, (one) => lookIn(one, address, look));
    if (answer?.text.includes('Access pending') === true) {
      acts.journal.opened({ by: 'visitor', token: null, address, admin: null });
      return answer.text;
    }
    if (answer === null || answer.status >= 500) judge(acts, { answer, gate, what: 'a visitor' });
  }
  return null;
}

export interface TapInput {
  readonly token: string;
  readonly tapId: string;
  readonly user: string;
  readonly verdict: Verdict;
}

/** A tap over Talk. The same tap is sent again where it was not answered, as platforms do. */
export async function tap(acts: Acts, input: TapInput): Promise<void> {
  const { journal } = acts;
  for (const endMs = endOf(acts); performance.now() < endMs; await moment()) {
    const { answer, gate } = await at(acts, (one) => postTap(one, input, acts.calling));
    if (answer?.status === 200) {
      const { text: said } = JSON.parse(answer.text) as { text: string };
      const text = acts.calling?.inTodaysWords?.(said) ?? said;
      const told = toldBy(text, input.verdict);
      journal.tapped({ ...input, told, text });
      if (told === 'other') journal.surprise(`${gate.name} told a tap: ${text}`);
      if (told !== 'nothing_changed') return;
      journal.delay(`${gate.name} told a tap: ${text}`);
    } else judge(acts, { answer, gate, what: 'a tap' });
  }
}

/** One tap over Talk, signed as a Talk server signs it. */
export function postTap(
  gate: Pick<Gate, 'ports'>,
  { token, tapId, user, verdict }: TapInput,
  calling: Calling = {},
): Promise<Answered | null> {
  const event = { type: 'action', user, message: 'm1', verb: verdict, data: { token }, workspace: 'embedded' };
  const body = Buffer.from(JSON.stringify(event));
  const headers = { ...sign(TALK_KEY, { id: tapId, atMs: Date.now(), body }), 'content-type': 'application/json' };
  return call({ ...calling, port: gate.ports.public, path: '/talk/events', method: 'POST', headers, body });
}

/** Of every surface: the database is out of reach, the platform did not say who taps, nobody knows yet. Tap again. */
const NOT_CARRIED_OUT = /^(Nothing changed[:,] |The gate did not answer in time\.)/;

/** What an answer to a tap comes to, by its first words. */
export function toldBy(text: string, verdict: Verdict): AnsweredTap['told'] {
  if (text.startsWith(verdict === 'approve' ? 'Approved.' : 'Denied.')) return 'decided';
  if (text.startsWith('Already')) return 'already';
  if (text === EXPIRED_SENTENCE) return 'expired';
  if (NOT_CARRIED_OUT.test(text)) return 'nothing_changed';
  return 'other';
}

/** An operator's line, once: an operator who gets no answer looks before typing again. */
export async function command(acts: Acts, line: string): Promise<boolean | null> {
  const { answer, gate } = await at(acts, (one) =>
    one.admin({ path: '/v1/commands', body: { ...parseLine(line), operator: 'eve' } }),
  );
  if (answer?.status !== 200) {
    judge(acts, { answer, gate, what: 'an operator' });
    return null;
  }
  const said = JSON.parse(answer.text) as { isOk?: boolean; data?: { error?: string } };
  return said.data?.error === 'unavailable' ? null : said.isOk === true;
}

async function at(
  { fixture, random }: Acts,
  act: (gate: ActGate) => Promise<Answered | null>,
): Promise<{ readonly answer: Answered | null; readonly gate: ActGate }> {
  const gate = random.pick(fixture.gates);
  return { answer: await act(gate), gate };
}

/** No answer is one of the fixture's doings; an answer must be one that says what to do. */
function judge(
  { journal }: Acts,
  { answer, gate, what }: { readonly answer: Answered | null; readonly gate: ActGate; readonly what: string },
): void {
  if (answer === null) return journal.silence();
  // a process whose clock is wrong takes what is signed and dated now for old
  const isOutOfWindow = answer.status === 408 || (answer.status === 400 && answer.text.includes('within 5 minutes'));
  if (isOutOfWindow && gate.wasAwry(WITHIN_MS)) return;
  const told = `${gate.name} answered ${what} with ${String(answer.status)}: ${answer.text.slice(0, 200)}`;
  if (answer.status === 503) journal.delay(told);
  else journal.surprise(told);
}

/** By `performance.now()`: when those who ask give up. */
function endOf({ calling }: Acts): number {
  return performance.now() + (calling?.insistsMs ?? INSISTS_MS);
}

function moment(): Promise<void> {
  return new Promise((resume) => setTimeout(resume, AGAIN_AFTER_MS));
}
