/** What people do in Slack and what they see of it, over HTTP and over Socket Mode alike. */
import { afterAll, afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { MAX_HOME_GRANTS } from '../../cards/slack-home.js';
import { closeLedger } from '../delivery/house.js';
import { openSlackScene, RPM, until, type SlackScene } from './slack-scene.js';

afterAll(closeLedger);

describe.each(['http', 'socket'] as const)('over %s', (way) => {
  let scene: SlackScene;

  beforeEach(async () => {
    scene = await openSlackScene({ way });
  });

  afterEach(async () => {
    await scene.close();
  });

  test('one tap on Approve lets the visitor in for the default, and the card tells who', async () => {
    const { request } = await scene.ask();

    const { isAcknowledged } = await scene.rpm.tap(/^Approve — /);

    expect(isAcknowledged).toBe(true);
    await scene.cardSays('Approved by rpm@koder.dev over Slack');
    const { decision } = await scene.requestOf(request);
    expect(lasted(decision)).toBe(604_800);
    expect(scene.slack.reads(RPM)[0]?.buttons).toEqual([]);
    await whispered(scene, 'Approved. 192.0.2.7 may visit');
  });

  test('picking a duration decides at once, for that long', async () => {
    const { request } = await scene.ask();

    await scene.rpm.tap('1 h');

    await scene.cardSays('Approved by rpm@koder.dev');
    expect(lasted((await scene.requestOf(request)).decision)).toBe(3_600);
  });

  test('Deny asks for a reason, which approvers read on the card', async () => {
    const { request } = await scene.ask();

    await scene.rpm.tap('Deny');
    await formOpens(scene);
    await scene.rpm.submit({ reason: ' Not during the freeze. ', isShared: true });

    expect(scene.rpm.form()).toBeNull();
    await scene.cardSays('Not during the freeze.');
    const { decision } = await scene.requestOf(request);
    expect(decision).toMatchObject({
      outcome: 'denied',
      over: 'slack',
      denial: { reason: 'Not during the freeze.', isShared: true },
    });
  });

  test('Deny without a reason denies', async () => {
    const { request } = await scene.ask();

    await scene.rpm.tap('Deny');
    await formOpens(scene);
    await scene.rpm.submit({ isShared: true });

    await scene.cardSays('Denied by rpm@koder.dev');
    expect((await scene.requestOf(request)).decision?.denial).toBeUndefined();
  });

  test('a form that comes too late says who was first, and nothing changes', async () => {
    const { request } = await scene.ask();
    await scene.rpm.tap('Deny');
    await formOpens(scene);
    await scene.rpm.tap(/^Approve — /);

    await scene.rpm.submit({ reason: 'no' });

    expect(scene.rpm.form()?.text).toContain('Already approved by rpm@koder.dev over Slack');
    expect((await scene.requestOf(request)).decision?.outcome).toBe('approved');
  });

  test('a live grant is revoked from its card, which says so', async () => {
    await scene.ask();
    await scene.rpm.tap(/^Approve — /);
    await scene.cardSays('May pass until');

    await scene.rpm.tap('Revoke');

    await scene.cardSays('Revoked by rpm@koder.dev');
    await whispered(scene, 'may no longer visit');
  });

  test('a /gate line is answered for its typist alone, and a typo with the nearest verb', async () => {
    const { request } = await scene.ask();

    await scene.rpm.type('pending');
    await scene.rpm.type('pendign');

    const [table = '', typo = ''] = scene.slack.whispers(RPM).slice(-2);
    expect(table).toContain(request.host);
    expect(table).toContain('192.0.2.7');
    expect(typo).toContain('Did you mean pending?');
  });

  test('a line decides like a tap', async () => {
    const { request } = await scene.ask();

    await scene.rpm.type(`deny ${request.id} because it is late`);

    await scene.cardSays('Denied by rpm@koder.dev over Slack');
  });

  test('the home tab lists what waits and what lives, decides, and is drawn anew', async () => {
    const { request } = await scene.ask();
    await scene.rpm.openHome();
    await homeSays(scene, '192.0.2.7');

    await scene.rpm.tapHome(/^Approve — /);

    await homeSays(scene, 'Nobody is waiting.');
    expect(scene.rpm.home()?.text).toContain('Approved. 192.0.2.7 may visit');
    expect((await scene.requestOf(request)).decision?.outcome).toBe('approved');
    await scene.rpm.tapHome('Revoke');
    await homeSays(scene, 'No visitor has a grant.');
  });

  test('Deny on the home tab opens the form, and the tab is drawn anew', async () => {
    await scene.ask();
    await scene.rpm.openHome();
    await homeSays(scene, '192.0.2.7');

    await scene.rpm.tapHome('Deny');
    await formOpens(scene);
    await scene.rpm.submit({ reason: 'no' });

    await homeSays(scene, 'Nobody is waiting.');
    expect(scene.rpm.home()?.text).toContain('Denied.');
  });

  test('Open in browser is a link, and its tap changes nothing', async () => {
    const { request } = await scene.ask();

    const { isAcknowledged } = await scene.rpm.tap('Open in browser');

    expect(isAcknowledged).toBe(true);
    expect((await scene.requestOf(request)).decision).toBeNull();
  });

  test('a card that was deleted is told of by a new message', async () => {
    const { token } = await scene.ask();
    scene.slack.deleteMessages();

    await scene.desk.decide({
      id: 't1',
      verdict: 'deny',
      ref: { by: 'token', token },
      actor: { kind: 'operator', name: 'ada' },
      surface: 'cli',
    });

    await scene.cardSays('Denied by operator:ada over the CLI');
  });

  test('nothing of all this reaches the log', async () => {
    const { token } = await scene.ask();
    await scene.rpm.tap('Deny');
    await formOpens(scene);
    await scene.rpm.submit({ reason: 'a secret reason' });
    await scene.rpm.type('pending');

    for (const secret of [token, 'a secret reason', 'pending', '192.0.2.7', RPM])
      expect(scene.logged()).not.toContain(secret);
  });
});

test('the home tab asks for no more grants than it shows, and for one more to know whether there are', async () => {
  const limits: unknown[] = [];
  const scene = await openSlackScene({
    over: (doors) => ({
      ...doors,
      desk: {
        ...doors.desk,
        grants(wish) {
          limits.push(wish.limit);
          return doors.desk.grants(wish);
        },
      },
    }),
  });
  try {
    await scene.rpm.openHome();
    await homeSays(scene, 'No visitor has a grant.');

    expect(limits).toEqual([MAX_HOME_GRANTS + 1]);
  } finally {
    await scene.close();
  }
});

async function formOpens(scene: SlackScene): Promise<void> {
  await until('the form opens', () => scene.rpm.form() !== null);
}

async function whispered(scene: SlackScene, words: string): Promise<void> {
  await until(`is told ${words}`, () => scene.slack.whispers(RPM).some((whisper) => whisper.includes(words)));
}

async function homeSays(scene: SlackScene, words: string): Promise<void> {
  await until(`the home tab says ${words}`, () => scene.rpm.home()?.text.includes(words) === true);
}

function lasted(decision: { atMs: number; grantedUntilMs: number | null } | null): number {
  return Math.round(((decision?.grantedUntilMs ?? 0) - (decision?.atMs ?? 0)) / 1_000);
}
