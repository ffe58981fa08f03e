/**
 * The inbound suite as data: who is believed, and what becomes of a tap. Each case has its mutant. `inbound.test.ts` plays
 * it on every channel that is called by its platform.
 */
import assert from 'node:assert/strict';
import type { Call, InboundMutant, InboundFixture } from './fixture.js';
import * as mutants from '../mutants/inbound.js';
import { inTime } from '../notifier/fixture.js';
import type { Header, InboundAnswer } from '../stage.js';

export interface InboundCase {
  readonly promise: string;
  /** Throws an AssertionError when the promise is broken. */
  readonly check: (fixture: InboundFixture) => Promise<void>;
  readonly mutant: InboundMutant;
}

/** A little more than the five minutes that the signature's window is wide. */
const OUT_OF_WINDOW_MS = 310_000;
/** `src/contract/inbound.ts`: a tap is acknowledged within this. */
const ACKNOWLEDGED_WITHIN_MS = 2_000;
const TOO_LARGE_BYTES = 8_388_608;

/** The call changes nothing, reaches no desk, and its sender is told that it is his fault. */
async function expectRefused(fixture: InboundFixture, call: Call, name = 'the call'): Promise<void> {
  const answer = await fixture.send(call);
  assert.ok(answer.status >= 400 && answer.status < 500, `${name} was answered ${String(answer.status)}`);
  assert.equal(fixture.taps.length, 0, `${name} reached the desk`);
  assert.equal(await fixture.outcome(), null, `${name} decided`);
}

async function expectTaken(fixture: InboundFixture, call: Call): Promise<InboundAnswer> {
  const answer = await fixture.send(call);
  assert.equal(answer.status, 200);
  return answer;
}

function withHeaders(call: Call, change: (header: Header) => readonly Header[]): Call {
  return { ...call, headers: call.headers.flatMap(change) };
}

function forged(promise: string, forge: (fixture: InboundFixture) => Call): InboundCase {
  return { promise, mutant: mutants.trustsAnybody, check: (fixture) => expectRefused(fixture, forge(fixture)) };
}

/** Refuses the call with each of its authenticating headers spoiled in turn. */
function eachHeader(promise: string, spoil: (header: Header) => readonly Header[]): InboundCase {
  return {
    promise,
    mutant: mutants.trustsAnybody,
    async check(fixture) {
      for (const spoiled of fixture.open.authHeaders) {
        const call = withHeaders(fixture.call(fixture.tap()), (header) =>
          header[0] === spoiled ? spoil(header) : [header],
        );
        await expectRefused(fixture, call, spoiled);
      }
    },
  };
}

const forgeries: readonly InboundCase[] = [
  eachHeader('a call without one of its headers is refused', () => []),
  eachHeader('a call with an empty header is refused', ([name]) => [[name, '']]),
  eachHeader('a header given twice is refused, even with the same value', (header) => [header, header]),
  eachHeader('a header given twice, the genuine one last, is refused', ([name, value]) => [
    [name, `${value}0`],
    [name, value],
  ]),
  eachHeader('a wrong header is refused', ([name, value]) => [[name, flipped(value)]]),
  forged('a signature by a key that is not ours is refused', (fixture) =>
    fixture.call(fixture.tap(), { key: 'foreign' }),
  ),
  forged('a call from the past is refused', (fixture) =>
    fixture.call(fixture.tap(), { atMs: Date.now() - OUT_OF_WINDOW_MS }),
  ),
  forged('a call from the future is refused', (fixture) =>
    fixture.call(fixture.tap(), { atMs: Date.now() + OUT_OF_WINDOW_MS }),
  ),
  forged('a body with one byte changed is refused', (fixture) => {
    const call = fixture.call(fixture.tap({ verdict: 'deny' }));
    const body = Buffer.from(call.body.toString('utf8').replace('deny', 'approve'));
    return { ...call, body };
  }),
  forged('a body with one space more is refused', (fixture) => {
    const call = fixture.call(fixture.tap());
    return { ...call, body: Buffer.concat([call.body, Buffer.from(' ')]) };
  }),
  forged('a signature that was made for another body is refused', (fixture) => {
    const other = fixture.call(fixture.tap({ token: '0'.repeat(32) }));
    return { ...fixture.call(fixture.tap()), headers: other.headers };
  }),
];

const readings: readonly InboundCase[] = [
  {
    promise: 'a signed body that is not of the contract is refused',
    mutant: mutants.readsWhatItLikes,
    async check(fixture) {
      const bodies = ['', '{', '[]', 'null', '{"type":"action"}', '{"type":"else"}', '\uFFFF'];
      for (const text of bodies) {
        await expectRefused(fixture, fixture.call(fixture.tap(), { body: Buffer.from(text) }), JSON.stringify(text));
      }
      await expectRefused(fixture, fixture.call(fixture.tap(), { body: Buffer.from([0xff, 0xfe, 0x7b]) }), 'no UTF-8');
    },
  },
  {
    promise: 'a body that is too large is refused',
    mutant: mutants.readsWhatItLikes,
    check: (fixture) =>
      expectRefused(fixture, fixture.call(fixture.tap(), { body: Buffer.alloc(TOO_LARGE_BYTES, 0x20) })),
  },
  {
    promise: 'GET, HEAD and OPTIONS decide nothing, however well they are signed',
    mutant: mutants.obeysAnyMethod,
    async check(fixture) {
      for (const method of ['GET', 'HEAD', 'OPTIONS']) {
        await fixture.send({ ...fixture.call(fixture.tap()), method });
        assert.equal(fixture.taps.length, 0, method);
        assert.equal(await fixture.outcome(), null, method);
      }
    },
  },
];

const taps: readonly InboundCase[] = [
  {
    promise: 'a genuine tap reaches the desk as the platform says it, and decides',
    mutant: mutants.acknowledgesAndForgets,
    async check(fixture) {
      const tap = fixture.tap({ verdict: 'deny' });
      await expectTaken(fixture, fixture.call(tap));
      const [seen] = fixture.taps;
      assert.ok(seen !== undefined, 'it reached the desk');
      const workspace = fixture.open.oneWorkspace ?? tap.workspace;
      assert.ok(seen.actor.kind === 'chat' && seen.actor.subject === tap.subject && seen.actor.workspace === workspace);
      assert.equal(await fixture.outcome(), 'denied');
    },
  },
  {
    promise: 'header names count in any case',
    mutant: mutants.knowsOneSpellingAlone,
    async check(fixture) {
      const call = withHeaders(fixture.call(fixture.tap()), ([name, value]) => [[name.toUpperCase(), value]]);
      await expectTaken(fixture, call);
      assert.equal(await fixture.outcome(), 'approved');
    },
  },
  {
    promise: 'a key that is being rotated in is known already',
    mutant: mutants.knowsOneKeyAlone,
    async check(fixture) {
      await expectTaken(fixture, fixture.call(fixture.tap(), { key: 'next' }));
      assert.equal(await fixture.outcome(), 'approved');
    },
  },
  {
    promise: 'a call that comes again has one effect and gets the same answer',
    mutant: mutants.forgetsWhatItSaw,
    async check(fixture) {
      const call = fixture.call(fixture.tap());
      const first = await expectTaken(fixture, call);
      const again = await expectTaken(fixture, call);
      assert.equal(again.body, first.body);
    },
  },
  {
    promise: 'a second tap learns who decided, and changes nothing',
    mutant: mutants.acknowledgesAndForgets,
    async check(fixture) {
      await expectTaken(fixture, fixture.call(fixture.tap()));
      const second = await expectTaken(fixture, fixture.call(fixture.tap({ verdict: 'deny' })));
      assert.ok(second.body.includes('rpm@koder.dev'), 'it does not say who');
      assert.equal(await fixture.outcome(), 'approved');
    },
  },
  {
    promise: 'a user who is nobody’s approver is refused, in private, with a reason',
    mutant: mutants.readsWhatItLikes,
    async check(fixture) {
      const answer = await expectTaken(fixture, fixture.call(fixture.tap({ subject: 'stranger' })));
      assert.equal(await fixture.outcome(), null);
      assert.ok(fixture.open.isPrivate(answer), 'others see it');
      assert.match(answer.body, /approver/);
    },
  },
  {
    promise:
      'the same name in another workspace is somebody else, but where a platform knows one person by it everywhere',
    mutant: mutants.mistakesWorkspaces,
    async check(fixture) {
      const answer = await expectTaken(fixture, fixture.call(fixture.tap({ workspace: 'w2' })));
      assert.equal(await fixture.outcome(), fixture.open.oneWorkspace === undefined ? null : 'approved');
      assert.ok(fixture.open.isPrivate(answer), 'others see it');
    },
  },
  {
    promise: 'a token that names no request decides nothing and is told so',
    mutant: mutants.readsWhatItLikes,
    async check(fixture) {
      await expectTaken(fixture, fixture.call(fixture.tap({ token: '0'.repeat(32) })));
      assert.equal(await fixture.outcome(), null);
    },
  },
  {
    promise: 'a desk that does not answer is not waited for: tap again, says the answer, within 2 s',
    mutant: mutants.waitsForTheDesk,
    async check(fixture) {
      fixture.hangDesk();
      const answer = await inTime(expectTaken(fixture, fixture.call(fixture.tap())), ACKNOWLEDGED_WITHIN_MS);
      assert.match(answer.body, /again/i);
    },
  },
  {
    promise: 'it logs no token, no secret and no body',
    mutant: mutants.logsWhatItReads,
    async check(fixture) {
      await fixture.send(fixture.call(fixture.tap(), { key: 'foreign' }));
      await fixture.send(fixture.call(fixture.tap(), { body: Buffer.from('{') }));
      await fixture.send(fixture.call(fixture.tap({ subject: 'stranger' })));
      await fixture.send(fixture.call(fixture.tap()));
      assert.ok(fixture.open.secrets.length > 0, 'a stage names its secrets');
      for (const secret of [fixture.token, 'stranger', ...fixture.open.secrets]) {
        assert.ok(!fixture.logged().includes(secret), 'it was logged');
      }
    },
  },
  {
    promise: 'a desk that breaks is logged by where it broke and not by what it said, and the person is answered',
    mutant: mutants.logsWhatItReads,
    async check(fixture) {
      fixture.breakDesk();
      const answer = await expectTaken(fixture, fixture.call(fixture.tap()));
      assert.match(answer.body, /again/i);
      assert.ok(fixture.logged().includes('TypeError'), 'nobody learns of it');
      for (const quoted of [fixture.token, fixture.taps[0]?.tapId ?? '', 'no such thing']) {
        assert.ok(!fixture.logged().includes(quoted), 'it was logged');
      }
    },
  },
];

export const inboundCases: readonly InboundCase[] = [...forgeries, ...readings, ...taps];

/** The same length and alphabet, another value. */
function flipped(value: string): string {
  const last = value.replace(/=+$/, '').length - 1;
  return value.slice(0, last) + another(value.charAt(last)) + value.slice(last + 1);
}

function another(character: string): string {
  if (/\d/.test(character)) return String((Number(character) + 1) % 10);
  return character === 'A' ? 'Q' : 'A';
}
