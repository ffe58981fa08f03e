/** Who may tap in Slack: whole members of the bot's own workspace, as Slack says at that moment; everybody else learns why not. */
import { afterAll, afterEach, describe, expect, test } from '@jest/globals';
import { closeLedger } from '../fixtures/delivery/delivery.js';
import { openSlackFixture, RPM, until, type FixtureInput, type SlackFixture } from '../fixtures/channels/slack.js';

let open: SlackFixture | null = null;

afterEach(async () => {
  await open?.close();
  open = null;
});
afterAll(closeLedger);

async function fixture(input: FixtureInput = {}): Promise<SlackFixture> {
  open = await openSlackFixture(input);
  return open;
}

/** The newest thing that was said to this person alone. */
async function told(at: SlackFixture, user: string): Promise<string> {
  await until(`${user} is told something`, () => at.slack.whispers(user).length > 0);
  return at.slack.whispers(user).at(-1) ?? '';
}

describe('refused in private, and nothing changes:', () => {
  test.each([
    ['a guest', { id: RPM, isGuest: true }, 'guests of a workspace decide nothing'],
    ['somebody whose account is deactivated', { id: RPM, isDeactivated: true }, 'this account is deactivated'],
    ['somebody of another workspace', { id: RPM, teamId: 'T0ELSE' }, 'this account belongs to another workspace'],
  ])('%s', async (_who, person, why) => {
    const at = await fixture();
    const { request } = await at.ask();
    at.slack.people(person);

    await at.slack.person(RPM, at.deliver).tap(/^Approve — /);

    expect(await told(at, RPM)).toContain(why);
    expect((await at.requestOf(request)).decision).toBeNull();
  });

  test('an account of another workspace with the id of one of ours', async () => {
    const at = await fixture();
    const { request } = await at.ask();
    const tapper = at.slack.person(RPM, (kind, payload) => {
      const user = { ...(payload['user'] as object), team_id: 'T0ELSE' };
      return at.deliver(kind, { ...payload, user });
    });

    await tapper.tap(/^Approve — /);

    expect(await told(at, RPM)).toContain('another workspace');
    expect((await at.requestOf(request)).decision).toBeNull();
  });

  test('somebody whom Slack does not know at all', async () => {
    const at = await fixture();
    const { request } = await at.ask();
    at.slack.state.people.delete(RPM);

    await at.rpm.tap(/^Approve — /);

    expect(await told(at, RPM)).toContain('another workspace');
    expect((await at.requestOf(request)).decision).toBeNull();
  });

  test('an approver at a site that has come to want a passkey since the card was drawn, with a link to the page', async () => {
    const at = await fixture();
    const { request } = await at.ask();
    for (const site of at.gateFixture.directory.sites) Object.assign(site, { approveNeeds: 'passkey' });

    await at.rpm.tap(/^Approve — /);

    expect(await told(at, RPM)).toContain(`https://gate.example.org/requests/${request.id}`);
    expect((await at.requestOf(request)).decision).toBeNull();
  });

  test('a member who is no approver, in a room where others read', async () => {
    const at = await fixture();
    const { request } = await at.ask();
    at.slack.people({ id: 'U0MEMBER' });
    const channel = at.slack.state.directChannels.get(RPM) ?? '';
    at.slack.room(channel, RPM, 'U0MEMBER');

    await at.slack.person('U0MEMBER', at.deliver).tap(/^Approve — /);

    expect(await told(at, 'U0MEMBER')).toContain('no approver is known by this chat account');
    expect(at.slack.whispers(RPM)).toEqual([]);
    expect((await at.requestOf(request)).decision).toBeNull();
  });
});

describe('while Slack does not say who taps', () => {
  test.each([
    ['hangs', 'users.info', 'hang'],
    ['says no', 'users.info', { ok: false, error: 'missing_scope' }],
    ['does not name its own workspace', 'auth.test', { ok: false, error: 'internal_error' }],
    ['answers nonsense', 'users.info', { ok: true }],
  ] as const)('because it %s, nothing changes, and the person may try again', async (_what, method, answer) => {
    const at = await fixture();
    const { request } = await at.ask();
    at.slack.server.answerInstead(method, answer);

    const { isAcknowledged } = await at.rpm.tap(/^Approve — /);

    expect(isAcknowledged).toBe(true);
    expect(await told(at, RPM)).toMatch(/again/);
    expect((await at.requestOf(request)).decision).toBeNull();
    at.slack.server.answerInstead(method, null);
    await at.rpm.tap(/^Approve — /);
    await at.cardSays('Approved by rpm@koder.dev');
  });
});

test('who somebody is, is asked once for many taps', async () => {
  const at = await fixture();
  await at.ask();

  await at.rpm.type('pending');
  await at.rpm.type('grants');
  await at.rpm.tap(/^Approve — /);

  expect(at.slack.server.called('users.info')).toBe(1);
  expect(at.slack.server.called('auth.test')).toBe(1);
});

test('the home tab of a stranger says why it is empty', async () => {
  const at = await fixture();
  at.slack.people({ id: 'U0MEMBER' });
  const member = at.slack.person('U0MEMBER', at.deliver);

  await member.openHome();

  await until('the tab says why', () => member.home()?.text.includes('no approver is known') === true);
});

test('the home tab has no button that the policy of the site would refuse', async () => {
  const at = await fixture({ policy: { may: 'deny_only' } });
  await at.ask();

  await at.rpm.openHome();

  await until('the tab lists it', () => at.rpm.home()?.text.includes('Approve it in a browser') === true);
  expect(at.rpm.home()?.buttons).toEqual(['deny']);
});

describe('a desk that does not answer', () => {
  const hanging: FixtureInput = {
    over: (handlers) => ({
      ...handlers,
      desk: { ...handlers.desk, decide: () => new Promise(() => undefined) },
      commands: { run: () => new Promise(() => undefined) },
    }),
  };

  test('leaves the form open, with a word to send it again', async () => {
    const at = await fixture(hanging);
    await at.ask();
    await at.rpm.tap('Deny');
    await until('the form opens', () => at.rpm.form() !== null);

    const { isAcknowledged } = await at.rpm.submit({ reason: 'no' });

    expect(isAcknowledged).toBe(true);
    expect(at.rpm.form()?.errors).toEqual([expect.stringMatching(/again/)]);
  });

  test('is not waited for by a command', async () => {
    const at = await fixture(hanging);

    const { isAcknowledged } = await at.rpm.type('pending');

    expect(isAcknowledged).toBe(true);
    expect(at.slack.whispers(RPM).at(-1)).toContain('Still working');
  });
});

test('a command that takes longer is answered when it is done', async () => {
  let finish = (): void => undefined;
  const done = new Promise<void>((resolve) => (finish = resolve));
  const at = await fixture({
    over: (handlers) => ({
      ...handlers,
      commands: { run: (call) => done.then(() => handlers.commands.run(call)) },
    }),
  });
  await at.rpm.type('pending');

  finish();

  await until('the answer follows', () => at.slack.whispers(RPM).at(-1)?.includes('Still working') === false);
});

test('a desk that throws has a bug, and the person still gets an answer', async () => {
  const at = await fixture({
    over: (handlers) => ({
      ...handlers,
      desk: { ...handlers.desk, decide: () => Promise.reject(new Error('a bug with a payload')) },
    }),
  });
  await at.ask();

  const { isAcknowledged } = await at.rpm.tap(/^Approve — /);

  expect(isAcknowledged).toBe(true);
  expect(await told(at, RPM)).toContain('Something is broken');
  expect(at.logged()).toContain('a Slack call failed');
  expect(at.logged()).not.toContain('a bug with a payload');
});

test('a form that Slack does not open is told of, and may be asked for again', async () => {
  const at = await fixture();
  await at.ask();
  at.slack.server.answerInstead('views.open', { ok: false, error: 'expired_trigger_id' });

  await at.rpm.tap('Deny');

  expect(await told(at, RPM)).toContain('Tap again');
});
