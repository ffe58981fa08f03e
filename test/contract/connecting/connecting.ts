/**
 * The connecting suite as data: what is promised of a channel that owns a socket to its platform. Each case has its liar.
 * `connecting.test.ts` plays it on every stage that says how to connect.
 */
import assert from 'node:assert/strict';
import type { ConnectingLiar, ConnectingScene } from './scene.js';
import * as liars from '../liars/connecting.js';
import { inTime } from '../notifier/scene.js';

export interface ConnectingCase {
  readonly promise: string;
  /** Throws an AssertionError when the promise is broken. */
  readonly check: (scene: ConnectingScene) => Promise<void>;
  readonly liar: ConnectingLiar;
}

/** `src/contract/inbound.ts`: a tap is acknowledged within this. */
const ACKNOWLEDGED_WITHIN_MS = 2_000;
/** From the platform's end of the socket to ours. */
const NOTICED_WITHIN_MS = 2_000;
/** A turn of the loop for rejections to surface. */
const SETTLED_AFTER_MS = 50;

const taps: readonly ConnectingCase[] = [
  {
    promise: 'a tap reaches the desk as the platform says it, and decides',
    liar: liars.acknowledgesAndForgets,
    async check(scene) {
      await scene.up();
      const tap = scene.tap({ verdict: 'deny' });
      await scene.platform.tap(tap);
      const [seen] = scene.taps;
      assert.ok(seen !== undefined, 'it reached the desk');
      const workspace = scene.platform.oneWorkspace ?? tap.workspace;
      assert.ok(seen.actor.kind === 'chat' && seen.actor.subject === tap.subject && seen.actor.workspace === workspace);
      assert.equal(await scene.outcome(), 'denied');
    },
  },
  {
    promise: 'an event that comes again has one effect and gets the same answer',
    liar: liars.takesEveryEventForNew,
    async check(scene) {
      await scene.up();
      const tap = scene.tap();
      const first = await scene.platform.tap(tap);
      const again = await scene.platform.tap(tap);
      assert.equal(again.text, first.text);
    },
  },
  {
    promise: 'a second tap learns who decided, and changes nothing',
    liar: liars.acknowledgesAndForgets,
    async check(scene) {
      await scene.up();
      await scene.platform.tap(scene.tap());
      const second = await scene.platform.tap(scene.tap({ verdict: 'deny' }));
      assert.ok(second.text.includes('rpm@koder.dev'), 'it does not say who');
      assert.equal(await scene.outcome(), 'approved');
    },
  },
  {
    promise: 'a user who is nobody’s approver is refused, in private, with a reason',
    liar: liars.tellsEverybody,
    async check(scene) {
      await scene.up();
      const answer = await scene.platform.tap(scene.tap({ subject: 'stranger' }));
      assert.equal(await scene.outcome(), null);
      assert.ok(answer.isPrivate, 'others see it');
      assert.match(answer.text, /approver/);
    },
  },
  {
    promise:
      'the same name in another workspace is somebody else, but where a platform knows one person by it everywhere',
    liar: liars.mistakesWorkspaces,
    async check(scene) {
      await scene.up();
      const answer = await scene.platform.tap(scene.tap({ workspace: 'w2' }));
      assert.equal(await scene.outcome(), scene.platform.oneWorkspace === undefined ? null : 'approved');
      assert.ok(answer.isPrivate, 'others see it');
    },
  },
  {
    promise: 'a desk that does not answer is not waited for: tap again, says the answer, within 2 s',
    liar: liars.waitsForTheDesk,
    async check(scene) {
      await scene.up();
      scene.hangDesk();
      const answer = await inTime(scene.platform.tap(scene.tap()), ACKNOWLEDGED_WITHIN_MS);
      assert.match(answer.text, /again/i);
    },
  },
];

const sockets: readonly ConnectingCase[] = [
  {
    promise: 'a socket that is lost ends the connection: lost, and worth another',
    liar: liars.neverNotices,
    async check(scene) {
      const connection = await scene.up();
      scene.platform.drop();
      const end = await inTime(connection.ended, NOTICED_WITHIN_MS);
      assert.equal(end.kind, 'lost');
      assert.match(end.reason, /^[a-z][a-z0-9_]{0,39}$/);
      const again = await inTime(scene.up(), NOTICED_WITHIN_MS);
      await again.close();
    },
  },
  {
    promise: 'a lost socket does not come back by itself: our own loop connects',
    liar: liars.reconnectsByItself,
    async check(scene) {
      const connection = await scene.up();
      scene.platform.drop();
      await inTime(connection.ended, NOTICED_WITHIN_MS);
      await settled(RECONNECTED_BY_MS);
      assert.equal(scene.platform.sockets(), 0);
    },
  },
  {
    promise: 'bad credentials are refused, so that somebody mends them',
    liar: liars.callsEverythingLost,
    async check(scene) {
      scene.platform.refuseCredentials();
      const end = await scene.connect();
      assert.equal(end.kind, 'refused');
      assert.match(end.reason, /^[a-z][a-z0-9_]{0,39}$/);
    },
  },
  {
    promise: 'a signal that is aborted ends the wait for a socket',
    liar: liars.ignoresItsSignal,
    async check(scene) {
      const end = await inTime(scene.connect(AbortSignal.abort()), NOTICED_WITHIN_MS);
      assert.equal(end.kind, 'lost');
      assert.equal(scene.platform.sockets(), 0);
    },
  },
  {
    promise: 'what is closed is closed: the end is told, and no socket is left',
    liar: liars.leavesTheSocketOpen,
    async check(scene) {
      const connection = await scene.up();
      assert.equal(scene.platform.sockets(), 1);
      await inTime(connection.close(), NOTICED_WITHIN_MS);
      await inTime(connection.ended, NOTICED_WITHIN_MS);
      await settled(SETTLED_AFTER_MS);
      assert.equal(scene.platform.sockets(), 0);
    },
  },
];

const conduct: readonly ConnectingCase[] = [
  {
    promise: 'nothing of the platform or its SDK ends the process',
    liar: liars.letsARejectionLoose,
    async check(scene) {
      await scene.up();
      await scene.platform.babble();
      scene.platform.refuseAnswers();
      await scene.platform.tap(scene.tap());
      scene.platform.drop();
      await settled(SETTLED_AFTER_MS);
      assert.equal(scene.strays.length, 0, String(scene.strays[0]));
    },
  },
  {
    promise: 'it logs no token, no secret and no payload',
    liar: liars.logsWhatItReads,
    async check(scene) {
      await scene.up();
      await scene.platform.babble();
      await scene.platform.tap(scene.tap({ subject: 'stranger' }));
      await scene.platform.tap(scene.tap());
      assert.ok(scene.open.secrets.length > 0, 'a stage names its secrets');
      for (const secret of [scene.token, 'stranger', ...scene.open.secrets]) {
        assert.ok(!scene.logged().includes(secret), 'it was logged');
      }
    },
  },
];

/** The SDKs' first wait before they connect again, and a little. */
const RECONNECTED_BY_MS = 1_200;

export const connectingCases: readonly ConnectingCase[] = [...taps, ...sockets, ...conduct];

/** Nothing can be waited for where nothing is to happen. */
function settled(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
