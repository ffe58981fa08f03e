/** A fixture: one stage opened for one case, with cards to send and a log that remembers everything. */
import { AssertionError } from 'node:assert';
import { cardView } from '../../../src/approval/card-view.js';
import type { ChannelName, RequestId, SiteKey, StatusId, Token, VisitorAddress } from '../../../src/approval/brand.js';
import { TRUSTED } from '../../../src/approval/site.js';
import type { Decision, RequestRecord, Revocation } from '../../../src/approval/request.js';
import { systemRandom } from '../../../src/base/crypto/random.js';
import { systemClock } from '../../../src/base/time/clock.js';
import { jsonLog } from '../../../src/base/process/log.js';
import { createEncryption } from '../../../src/base/crypto/encryption.js';
import { Secret } from '../../../src/base/crypto/secret.js';
import type { ChannelDeps } from '../../../src/contract/channel.js';
import type { Answer, Notice, Notifier, Receipt, UpdateNotice } from '../../../src/contract/notifier.js';
import type { Mutant } from '../mutants/mutant.js';
import type { Behaviour, Fake, OpenStage, Stage, StageAt } from '../stage.js';

export const CONFIRM_URL = 'https://gate.example.org/req';
const CASE_DEADLINE_MS = 8_000;

/** The visitor's own words in a card: none of them may become anything but words. */
export interface VisitorWords {
  readonly path: string;
  readonly browser: string;
  readonly userAgent: string;
}

export interface Fixture {
  readonly stage: Stage;
  readonly open: OpenStage;
  readonly fake: Fake;
  /** The channel's own, or a mutant around it. */
  readonly notifier: Notifier;
  readonly token: Token;
  /** Everything that was logged since the stage was opened, as one text. */
  logged(): string;
  /** A first message for recipient `number` (1 when left out), with a delivery id of its own. */
  notice(input?: { readonly number?: number; readonly words?: Partial<VisitorWords> }): Notice;
  /** The same card, decided. */
  update(notice: Notice, receipt: Receipt): UpdateNotice;
  /** The same card after that: its grant was revoked by `REVOCATION.by`. */
  revoked(notice: Notice, receipt: Receipt): UpdateNotice;
  /** One attempt with a generous time limit. */
  notify(notice: Notice): Promise<Answer>;
  /** Makes the fake misbehave, makes one attempt and aborts it when the fake hangs. */
  notifyAmid(behaviour: Behaviour): Promise<Answer>;
}

export const DECISION: Decision = {
  outcome: 'approved',
  by: 'rpm@koder.dev',
  over: 'page',
  atMs: Date.parse('2026-05-11T15:20:31Z'),
  grantedUntilMs: Date.parse('2026-05-12T15:20:31Z'),
};

export const REVOCATION: Revocation = { by: 'ada@koder.dev', atMs: Date.parse('2026-05-11T16:00:00Z') };

/** Opens the stage, plays the case, closes the stage whatever happened. */
export async function onStage(
  stage: Stage,
  play: (fixture: Fixture) => Promise<void>,
  input: { readonly channel: string; readonly at?: StageAt; readonly mutant?: Mutant },
): Promise<void> {
  const lines: string[] = [];
  const deps = channelDeps((line) => lines.push(line));
  const open = await stage.open(deps, input.at ?? 'fake');
  const honest = open.channel.notifier;
  const notifier = input.mutant === undefined ? honest : input.mutant(honest, deps.log);
  try {
    await inTime(
      play(fixtureOf({ stage, open, notifier, logged: () => lines.join('\n') }, input.channel)),
      CASE_DEADLINE_MS,
    );
  } finally {
    await open.close();
  }
}

export function channelDeps(onLine: (line: string) => void): ChannelDeps {
  const keys = createEncryption([new Secret(Buffer.alloc(32, 7))]);
  return {
    clock: systemClock(),
    random: systemRandom(),
    log: jsonLog('trace', { write: onLine }),
    publicUrl: 'https://gate.example.org',
    deriveKey: (purpose) => keys.deriveKey(purpose),
  };
}

/** Rejects with an assertion when it takes longer: a promise about time was broken. */
export async function inTime<T>(work: Promise<T>, ms: number): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const tooLate = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => reject(new AssertionError({ message: `nothing happened within ${String(ms)} ms` })), ms);
  });
  try {
    return await Promise.race([work, tooLate]);
  } finally {
    clearTimeout(timer);
  }
}

function fixtureOf(parts: Pick<Fixture, 'stage' | 'open' | 'notifier' | 'logged'>, channel: string): Fixture {
  const { stage, open, notifier } = parts;
  const { fake } = open;
  const token = systemRandom().hex(16) as Token;
  const draw = (decision: Decision | null, words: Partial<VisitorWords> = {}): Notice['card'] =>
    cardView(request(token, { decision, words }), {
      token: decision === null ? token : null,
      confirmUrl: `${CONFIRM_URL}/${token}`,
      policy: TRUSTED,
      nowMs: Date.now(),
    });

  function notice(input: { number?: number; words?: Partial<VisitorWords> } = {}): Notice {
    const isOutcome = stage.tells === 'outcome';
    return {
      deliveryId: systemRandom().id(),
      attempt: 1,
      channel: channel as ChannelName,
      recipient: open.recipient(input.number ?? 1),
      card: draw(isOutcome ? DECISION : null, input.words),
      ...(isOutcome ? { producerToken: token } : {}),
    };
  }
  const attempt = (asked: Notice): Promise<Answer> => notifier.notify(asked, AbortSignal.timeout(CASE_DEADLINE_MS));

  return {
    ...parts,
    fake,
    token,
    notice,
    notify: attempt,
    update: (first, receipt) => ({ ...first, card: draw(DECISION), receipt }),
    revoked: (first, receipt) => ({ ...first, card: draw({ ...DECISION, revocation: REVOCATION }), receipt }),
    async notifyAmid(behaviour) {
      await fake.behave(behaviour);
      if (behaviour.kind !== 'hang' && behaviour.kind !== 'hang_before_body') return attempt(notice());
      const controller = new AbortController();
      const answer = notifier.notify(notice(), controller.signal);
      await Promise.race([fake.arrival(), answer]);
      controller.abort();
      return answer;
    },
  };
}

function request(
  token: Token,
  { decision, words }: { decision: Decision | null; words: Partial<VisitorWords> },
): RequestRecord {
  const openedAtMs = Date.now();
  return {
    id: '4k2m7w9x3c5v8b1n6q0z' as RequestId,
    statusId: systemRandom().hex(16) as StatusId,
    tokenPrefix: token.slice(0, 8),
    producer: 'gate',
    site: 'stg.example.org' as SiteKey,
    host: 'stg.example.org',
    environment: 'stg',
    path: '/reports/quarter',
    address: '192.0.2.7' as VisitorAddress,
    country: 'BR',
    browser: 'Chrome 148 on Linux',
    userAgent: 'Mozilla/5.0 (X11; Linux x86_64) Chrome/148.0',
    ...words,
    openedAtMs,
    deadlineAtMs: openedAtMs + 600_000,
    grantTtlSeconds: 86_400,
    theirConfirmUrl: null,
    revision: decision === null ? 1 : decision.revocation === undefined ? 2 : 3,
    decision,
  };
}
