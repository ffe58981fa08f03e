/**
 * The inbound suite as data: who is believed, and what becomes of a tap. Each case has its liar. `inbound.test.ts` plays
 * it on every channel that is called by its platform.
 */
import assert from 'node:assert/strict';
import type { Call, InboundLiar, InboundScene } from './scene.js';
import * as liars from '../liars/inbound.js';
import { inTime } from '../notifier/scene.js';
import type { Header, InboundAnswer } from '../stage.js';

export interface InboundCase {
  readonly promise: string;
  /** Throws an AssertionError when the promise is broken. */
  readonly check: (scene: InboundScene) => Promise<void>;
  readonly liar: InboundLiar;
}

/** A little more than the five minutes that the signature's window is wide. */
const OUT_OF_WINDOW_MS = 310_000;
/** `src/contract/inbound.ts`: a tap is acknowledged within this. */
const ACKNOWLEDGED_WITHIN_MS = 2_000;
const TOO_LARGE_BYTES = 8_388_608;

/** The call changes nothing, reaches no desk, and its sender is told that it is his fault. */
async function expectRefused(scene: InboundScene, call: Call, name = 'the call'): Promise<void> {
  const answer = await scene.send(call);
  assert.ok(answer.status >= 400 && answer.status < 500, `${name} was answered ${String(answer.status)}`);
  assert.equal(scene.taps.length, 0, `${name} reached the desk`);
  assert.equal(await scene.outcome(), null, `${name} decided`);
}

async function expectTaken(scene: InboundScene, call: Call): Promise<InboundAnswer> {
  const answer = await scene.send(call);
  assert.equal(answer.status, 200);
  return answer;
}

function withHeaders(call: Call, change: (header: Header) => readonly Header[]): Call {
  return { ...call, headers: call.headers.flatMap(change) };
}

function forged(promise: string, forge: (scene: InboundScene) => Call): InboundCase {
  return { promise, liar: liars.trustsAnybody, check: (scene) => expectRefused(scene, forge(scene)) };
}

/** Refuses the call with each of its authenticating headers spoiled in turn. */
function eachHeader(promise: string, spoil: (header: Header) => readonly Header[]): InboundCase {
  return {
    promise,
    liar: liars.trustsAnybody,
    async check(scene) {
      for (const spoiled of scene.open.authHeaders) {
        const call = withHeaders(scene.call(scene.tap()), (header) =>
          header[0] === spoiled ? spoil(header) : [header],
        );
        await expectRefused(scene, call, spoiled);
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
  forged('a signature by a key that is not ours is refused', (scene) => scene.call(scene.tap(), { key: 'foreign' })),
  forged('a call from the past is refused', (scene) =>
    scene.call(scene.tap(), { atMs: Date.now() - OUT_OF_WINDOW_MS }),
  ),
  forged('a call from the future is refused', (scene) =>
    scene.call(scene.tap(), { atMs: Date.now() + OUT_OF_WINDOW_MS }),
  ),
  forged('a body with one byte changed is refused', (scene) => {
    const call = scene.call(scene.tap({ verdict: 'deny' }));
    const body = Buffer.from(call.body.toString('utf8').replace('deny', 'approve'));
    return { ...call, body };
  }),
  forged('a body with one space more is refused', (scene) => {
    const call = scene.call(scene.tap());
    return { ...call, body: Buffer.concat([call.body, Buffer.from(' ')]) };
  }),
  forged('a signature that was made for another body is refused', (scene) => {
    const other = scene.call(scene.tap({ token: '0'.repeat(32) }));
    return { ...scene.call(scene.tap()), headers: other.headers };
  }),
];

const readings: readonly InboundCase[] = [
  {
    promise: 'a signed body that is not of the contract is refused',
    liar: liars.readsWhatItLikes,
    async check(scene) {
      const bodies = ['', '{', '[]', 'null', '{"type":"action"}', '{"type":"else"}', '\uFFFF'];
      for (const text of bodies) {
        await expectRefused(scene, scene.call(scene.tap(), { body: Buffer.from(text) }), JSON.stringify(text));
      }
      await expectRefused(scene, scene.call(scene.tap(), { body: Buffer.from([0xff, 0xfe, 0x7b]) }), 'no UTF-8');
    },
  },
  {
    promise: 'a body that is too large is refused',
    liar: liars.readsWhatItLikes,
    check: (scene) => expectRefused(scene, scene.call(scene.tap(), { body: Buffer.alloc(TOO_LARGE_BYTES, 0x20) })),
  },
  {
    promise: 'GET, HEAD and OPTIONS decide nothing, however well they are signed',
    liar: liars.obeysAnyMethod,
    async check(scene) {
      for (const method of ['GET', 'HEAD', 'OPTIONS']) {
        await scene.send({ ...scene.call(scene.tap()), method });
        assert.equal(scene.taps.length, 0, method);
        assert.equal(await scene.outcome(), null, method);
      }
    },
  },
];

const taps: readonly InboundCase[] = [
  {
    promise: 'a genuine tap reaches the desk as the platform says it, and decides',
    liar: liars.acknowledgesAndForgets,
    async check(scene) {
      const tap = scene.tap({ verdict: 'deny' });
      await expectTaken(scene, scene.call(tap));
      const [seen] = scene.taps;
      assert.ok(seen !== undefined, 'it reached the desk');
      const workspace = scene.open.oneWorkspace ?? tap.workspace;
      assert.ok(seen.actor.kind === 'chat' && seen.actor.subject === tap.subject && seen.actor.workspace === workspace);
      assert.equal(await scene.outcome(), 'denied');
    },
  },
  {
    promise: 'header names count in any case',
    liar: liars.knowsOneSpellingAlone,
    async check(scene) {
      const call = withHeaders(scene.call(scene.tap()), ([name, value]) => [[name.toUpperCase(), value]]);
      await expectTaken(scene, call);
      assert.equal(await scene.outcome(), 'approved');
    },
  },
  {
    promise: 'a key that is being rotated in is known already',
    liar: liars.knowsOneKeyAlone,
    async check(scene) {
      await expectTaken(scene, scene.call(scene.tap(), { key: 'next' }));
      assert.equal(await scene.outcome(), 'approved');
    },
  },
  {
    promise: 'a call that comes again has one effect and gets the same answer',
    liar: liars.forgetsWhatItSaw,
    async check(scene) {
      const call = scene.call(scene.tap());
      const first = await expectTaken(scene, call);
      const again = await expectTaken(scene, call);
      assert.equal(again.body, first.body);
    },
  },
  {
    promise: 'a second tap learns who decided, and changes nothing',
    liar: liars.acknowledgesAndForgets,
    async check(scene) {
      await expectTaken(scene, scene.call(scene.tap()));
      const second = await expectTaken(scene, scene.call(scene.tap({ verdict: 'deny' })));
      assert.ok(second.body.includes('rpm@koder.dev'), 'it does not say who');
      assert.equal(await scene.outcome(), 'approved');
    },
  },
  {
    promise: 'a user who is nobody’s approver is refused, in private, with a reason',
    liar: liars.readsWhatItLikes,
    async check(scene) {
      const answer = await expectTaken(scene, scene.call(scene.tap({ subject: 'stranger' })));
      assert.equal(await scene.outcome(), null);
      assert.ok(scene.open.isPrivate(answer), 'others see it');
      assert.match(answer.body, /approver/);
    },
  },
  {
    promise:
      'the same name in another workspace is somebody else, but where a platform knows one person by it everywhere',
    liar: liars.mistakesWorkspaces,
    async check(scene) {
      const answer = await expectTaken(scene, scene.call(scene.tap({ workspace: 'w2' })));
      assert.equal(await scene.outcome(), scene.open.oneWorkspace === undefined ? null : 'approved');
      assert.ok(scene.open.isPrivate(answer), 'others see it');
    },
  },
  {
    promise: 'a token that names no request decides nothing and is told so',
    liar: liars.readsWhatItLikes,
    async check(scene) {
      await expectTaken(scene, scene.call(scene.tap({ token: '0'.repeat(32) })));
      assert.equal(await scene.outcome(), null);
    },
  },
  {
    promise: 'a desk that does not answer is not waited for: tap again, says the answer, within 2 s',
    liar: liars.waitsForTheDesk,
    async check(scene) {
      scene.hangDesk();
      const answer = await inTime(expectTaken(scene, scene.call(scene.tap())), ACKNOWLEDGED_WITHIN_MS);
      assert.match(answer.body, /again/i);
    },
  },
  {
    promise: 'it logs no token, no secret and no body',
    liar: liars.logsWhatItReads,
    async check(scene) {
      await scene.send(scene.call(scene.tap(), { key: 'foreign' }));
      await scene.send(scene.call(scene.tap(), { body: Buffer.from('{') }));
      await scene.send(scene.call(scene.tap({ subject: 'stranger' })));
      await scene.send(scene.call(scene.tap()));
      assert.ok(scene.open.secrets.length > 0, 'a stage names its secrets');
      for (const secret of [scene.token, 'stranger', ...scene.open.secrets]) {
        assert.ok(!scene.logged().includes(secret), 'it was logged');
      }
    },
  },
  {
    promise: 'a desk that breaks is logged by where it broke and not by what it said, and the person is answered',
    liar: liars.logsWhatItReads,
    async check(scene) {
      scene.breakDesk();
      const answer = await expectTaken(scene, scene.call(scene.tap()));
      assert.match(answer.body, /again/i);
      assert.ok(scene.logged().includes('TypeError'), 'nobody learns of it');
      for (const quoted of [scene.token, scene.taps[0]?.id ?? '', 'no such thing']) {
        assert.ok(!scene.logged().includes(quoted), 'it was logged');
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
