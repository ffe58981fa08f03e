/**
 * The connecting suite as data: what is promised of a channel that owns a socket to its platform. Each case has its mutant.
 * `connecting.test.ts` plays it on every stage that says how to connect.
 */
import assert from 'node:assert/strict';
import type { ConnectingMutant, ConnectingFixture } from './fixture.js';
import * as mutants from '../mutants/connecting.js';
import { inTime } from '../notifier/fixture.js';

export interface ConnectingCase {
  readonly promise: string;
  /** Throws an AssertionError when the promise is broken. */
  readonly check: (fixture: ConnectingFixture) => Promise<void>;
  readonly mutant: ConnectingMutant;
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
    mutant: mutants.acknowledgesAndForgets,
    async check(fixture) {
      await fixture.up();
      const tap = fixture.tap({ verdict: 'deny' });
      await fixture.platform.tap(tap);
      const [seen] = fixture.taps;
      assert.ok(seen !== undefined, 'it reached the desk');
      const workspace = fixture.platform.oneWorkspace ?? tap.workspace;
      assert.ok(seen.actor.kind === 'chat' && seen.actor.subject === tap.subject && seen.actor.workspace === workspace);
      assert.equal(await fixture.outcome(), 'denied');
    },
  },
  {
    promise: 'an event that comes again has one effect and gets the same answer',
    mutant: mutants.takesEveryEventForNew,
    async check(fixture) {
      await fixture.up();
      const tap = fixture.tap();
      const first = await fixture.platform.tap(tap);
      const again = await fixture.platform.tap(tap);
      assert.equal(again.text, first.text);
    },
  },
  {
    promise: 'a second tap learns who decided, and changes nothing',
    mutant: mutants.acknowledgesAndForgets,
    async check(fixture) {
      await fixture.up();
      await fixture.platform.tap(fixture.tap());
      const second = await fixture.platform.tap(fixture.tap({ verdict: 'deny' }));
      assert.ok(second.text.includes('rpm@koder.dev'), 'it does not say who');
      assert.equal(await fixture.outcome(), 'approved');
    },
  },
  {
    promise: 'a user who is nobody’s approver is refused, in private, with a reason',
    mutant: mutants.tellsEverybody,
    async check(fixture) {
      await fixture.up();
      const answer = await fixture.platform.tap(fixture.tap({ subject: 'stranger' }));
      assert.equal(await fixture.outcome(), null);
      assert.ok(answer.isPrivate, 'others see it');
      assert.match(answer.text, /approver/);
    },
  },
  {
    promise:
      'the same name in another workspace is somebody else, but where a platform knows one person by it everywhere',
    mutant: mutants.mistakesWorkspaces,
    async check(fixture) {
      await fixture.up();
      const answer = await fixture.platform.tap(fixture.tap({ workspace: 'w2' }));
      assert.equal(await fixture.outcome(), fixture.platform.oneWorkspace === undefined ? null : 'approved');
      assert.ok(answer.isPrivate, 'others see it');
    },
  },
  {
    promise: 'a desk that does not answer is not waited for: tap again, says the answer, within 2 s',
    mutant: mutants.waitsForTheDesk,
    async check(fixture) {
      await fixture.up();
      fixture.hangDesk();
      const answer = await inTime(fixture.platform.tap(fixture.tap()), ACKNOWLEDGED_WITHIN_MS);
      assert.match(answer.text, /again/i);
    },
  },
];

const sockets: readonly ConnectingCase[] = [
  {
    promise: 'a socket that is lost ends the connection: lost, and worth another',
    mutant: mutants.neverNotices,
    async check(fixture) {
      const connection = await fixture.up();
      fixture.platform.drop();
      const end = await inTime(connection.ended, NOTICED_WITHIN_MS);
      assert.equal(end.kind, 'lost');
      assert.match(end.reason, /^[a-z][a-z0-9_]{0,39}$/);
      const again = await inTime(fixture.up(), NOTICED_WITHIN_MS);
      await again.close();
    },
  },
  {
    promise: 'a lost socket does not come back by itself: our own loop connects',
    mutant: mutants.reconnectsByItself,
    async check(fixture) {
      const connection = await fixture.up();
      fixture.platform.drop();
      await inTime(connection.ended, NOTICED_WITHIN_MS);
      await settled(RECONNECTED_BY_MS);
      assert.equal(fixture.platform.sockets(), 0);
    },
  },
  {
    promise: 'bad credentials are refused, so that somebody mends them',
    mutant: mutants.callsEverythingLost,
    async check(fixture) {
      fixture.platform.refuseCredentials();
      const end = await fixture.connect();
      assert.equal(end.kind, 'refused');
      assert.match(end.reason, /^[a-z][a-z0-9_]{0,39}$/);
    },
  },
  {
    promise: 'a signal that is aborted ends the wait for a socket',
    mutant: mutants.ignoresItsSignal,
    async check(fixture) {
      const end = await inTime(fixture.connect(AbortSignal.abort()), NOTICED_WITHIN_MS);
      assert.equal(end.kind, 'lost');
      assert.equal(fixture.platform.sockets(), 0);
    },
  },
  {
    promise: 'what is closed is closed: the end is told, and no socket is left',
    mutant: mutants.leavesTheSocketOpen,
    async check(fixture) {
      const connection = await fixture.up();
      assert.equal(fixture.platform.sockets(), 1);
      await inTime(connection.close(), NOTICED_WITHIN_MS);
      await inTime(connection.ended, NOTICED_WITHIN_MS);
      await settled(SETTLED_AFTER_MS);
      assert.equal(fixture.platform.sockets(), 0);
    },
  },
];

const conduct: readonly ConnectingCase[] = [
  {
    promise: 'nothing of the platform or its SDK ends the process',
    mutant: mutants.letsARejectionLoose,
    async check(fixture) {
      await fixture.up();
      await fixture.platform.babble();
      fixture.platform.refuseAnswers();
      await fixture.platform.tap(fixture.tap());
      fixture.platform.drop();
      await settled(SETTLED_AFTER_MS);
      assert.equal(fixture.strays.length, 0, String(fixture.strays[0]));
    },
  },
  {
    promise: 'it logs no token, no secret and no payload',
    mutant: mutants.logsWhatItReads,
    async check(fixture) {
      await fixture.up();
      await fixture.platform.babble();
      await fixture.platform.tap(fixture.tap({ subject: 'stranger' }));
      await fixture.platform.tap(fixture.tap());
      assert.ok(fixture.open.secrets.length > 0, 'a stage names its secrets');
      for (const secret of [fixture.token, 'stranger', ...fixture.open.secrets]) {
        assert.ok(!fixture.logged().includes(secret), 'it was logged');
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
