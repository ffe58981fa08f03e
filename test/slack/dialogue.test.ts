/** What people do in Slack and what they see of it, over HTTP and over Socket Mode alike. */
import { afterAll, afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { MAX_HOME_GRANTS } from '../../cards/slack-home.js';
import { closeLedger } from '../fixtures/delivery/delivery.js';
import { openSlackFixture, RPM, until, type SlackFixture } from '../fixtures/channels/slack.js';

afterAll(closeLedger);

describe.each(['http', 'socket'] as const)('over %s', (way) => {
  let fixture: SlackFixture;

  beforeEach(async () => {
    fixture = await openSlackFixture({ way });
  });

  afterEach(async () => {
    await fixture.close();
  });

  test('one tap on Approve lets the visitor in for the default, and the card tells who', async () => {
    const { request } = await fixture.ask();

    const { isAcknowledged } = await fixture.rpm.tap(/^Approve — /);

    expect(isAcknowledged).toBe(true);
    await fixture.cardSays('Approved by rpm@koder.dev over Slack');
    const { decision } = await fixture.requestOf(request);
    expect(lasted(decision)).toBe(604_800);
    expect(fixture.slack.reads(RPM)[0]?.buttons).toEqual([]);
    await whispered(fixture, 'Approved. 192.0.2.7 may visit');
  });

  test('picking a duration decides at once, for that long', async () => {
    const { request } = await fixture.ask();

    await fixture.rpm.tap('1 h');

    await fixture.cardSays('Approved by rpm@koder.dev');
    expect(lasted((await fixture.requestOf(request)).decision)).toBe(3_600);
  });

  test('Deny asks for a reason, which approvers read on the card', async () => {
    const { request } = await fixture.ask();

    await fixture.rpm.tap('Deny');
    await formOpens(fixture);
    await fixture.rpm.submit({ reason: ' Not during the freeze. ', isShared: true });

    expect(fixture.rpm.form()).toBeNull();
    await fixture.cardSays('Not during the freeze.');
    const { decision } = await fixture.requestOf(request);
    expect(decision).toMatchObject({
      outcome: 'denied',
      over: 'slack',
      denial: { reason: 'Not during the freeze.', isShared: true },
    });
  });

  test('Deny without a reason denies', async () => {
    const { request } = await fixture.ask();

    await fixture.rpm.tap('Deny');
    await formOpens(fixture);
    await fixture.rpm.submit({ isShared: true });

    await fixture.cardSays('Denied by rpm@koder.dev');
    expect((await fixture.requestOf(request)).decision?.denial).toBeUndefined();
  });

  test('a form that comes too late says who was first, and nothing changes', async () => {
    const { request } = await fixture.ask();
    await fixture.rpm.tap('Deny');
    await formOpens(fixture);
    await fixture.rpm.tap(/^Approve — /);

    await fixture.rpm.submit({ reason: 'no' });

    expect(fixture.rpm.form()?.text).toContain('Already approved by rpm@koder.dev over Slack');
    expect(fixture.rpm.form()?.text).toContain('Your Deny did not count: you had decided already.');
    expect((await fixture.requestOf(request)).decision?.outcome).toBe('approved');
  });

  test('a live grant is revoked from its card, which says so', async () => {
    await fixture.ask();
    await fixture.rpm.tap(/^Approve — /);
    await fixture.cardSays('May pass until');

    await fixture.rpm.tap('Revoke');

    await fixture.cardSays('Revoked by rpm@koder.dev');
    await whispered(fixture, 'may no longer visit');
  });

  test('a /gate line is answered for its typist alone, and a typo with the nearest verb', async () => {
    const { request } = await fixture.ask();

    await fixture.rpm.type('pending');
    await fixture.rpm.type('pendign');

    const [table = '', typo = ''] = fixture.slack.whispers(RPM).slice(-2);
    expect(table).toContain(request.host);
    expect(table).toContain('192.0.2.7');
    expect(typo).toContain('Did you mean pending?');
  });

  test('a line decides like a tap', async () => {
    const { request } = await fixture.ask();

    await fixture.rpm.type(`deny ${request.id} because it is late`);

    await fixture.cardSays('Denied by rpm@koder.dev over Slack');
  });

  test('the home tab lists what waits and what lives, decides, and is drawn anew', async () => {
    const { request } = await fixture.ask();
    await fixture.rpm.openHome();
    await homeSays(fixture, '192.0.2.7');

    await fixture.rpm.tapHome(/^Approve — /);

    await homeSays(fixture, 'Nobody is waiting.');
    expect(fixture.rpm.home()?.text).toContain('Approved. 192.0.2.7 may visit');
    expect((await fixture.requestOf(request)).decision?.outcome).toBe('approved');
    await fixture.rpm.tapHome('Revoke');
    await homeSays(fixture, 'No visitor has a grant.');
  });

  test('Deny on the home tab opens the form, and the tab is drawn anew', async () => {
    await fixture.ask();
    await fixture.rpm.openHome();
    await homeSays(fixture, '192.0.2.7');

    await fixture.rpm.tapHome('Deny');
    await formOpens(fixture);
    await fixture.rpm.submit({ reason: 'no' });

    await homeSays(fixture, 'Nobody is waiting.');
    expect(fixture.rpm.home()?.text).toContain('Denied.');
  });

  test('Open in browser is a link, and its tap changes nothing', async () => {
    const { request } = await fixture.ask();

    const { isAcknowledged } = await fixture.rpm.tap('Open in browser');

    expect(isAcknowledged).toBe(true);
    expect((await fixture.requestOf(request)).decision).toBeNull();
  });

  test('a card that was deleted is told of by a new message', async () => {
    const { token } = await fixture.ask();
    fixture.slack.deleteMessages();

    await fixture.desk.decide({
      tapId: 't1',
      verdict: 'deny',
      ref: { by: 'token', token },
      actor: { kind: 'operator', name: 'ada' },
      surface: 'cli',
    });

    await fixture.cardSays('Denied by operator:ada over the CLI');
  });

  test('nothing of all this reaches the log', async () => {
    const { token } = await fixture.ask();
    await fixture.rpm.tap('Deny');
    await formOpens(fixture);
    await fixture.rpm.submit({ reason: 'a secret reason' });
    await fixture.rpm.type('pending');

    for (const secret of [token, 'a secret reason', 'pending', '192.0.2.7', RPM])
      expect(fixture.logged()).not.toContain(secret);
  });
});

test('the home tab asks for no more grants than it shows, and for one more to know whether there are', async () => {
  const limits: unknown[] = [];
  const fixture = await openSlackFixture({
    over: (handlers) => ({
      ...handlers,
      desk: {
        ...handlers.desk,
        grants(input) {
          limits.push(input.limit);
          return handlers.desk.grants(input);
        },
      },
    }),
  });
  try {
    await fixture.rpm.openHome();
    await homeSays(fixture, 'No visitor has a grant.');

    expect(limits).toEqual([MAX_HOME_GRANTS + 1]);
  } finally {
    await fixture.close();
  }
});

async function formOpens(fixture: SlackFixture): Promise<void> {
  await until('the form opens', () => fixture.rpm.form() !== null);
}

async function whispered(fixture: SlackFixture, words: string): Promise<void> {
  await until(`is told ${words}`, () => fixture.slack.whispers(RPM).some((whisper) => whisper.includes(words)));
}

async function homeSays(fixture: SlackFixture, words: string): Promise<void> {
  await until(`the home tab says ${words}`, () => fixture.rpm.home()?.text.includes(words) === true);
}

function lasted(decision: { atMs: number; grantedUntilMs: number | null } | null): number {
  return Math.round(((decision?.grantedUntilMs ?? 0) - (decision?.atMs ?? 0)) / 1_000);
}
