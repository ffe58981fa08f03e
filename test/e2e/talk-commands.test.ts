/** `/gate …` typed to the bot in Talk: what each line answers, what it changes, and what the audit says of it. */
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { eventually } from '../fixtures/time/eventually.js';
import { openFixture, type Fixture } from '../fixtures/processes/installation.js';
import { visit, writeOverTalk } from '../fixtures/processes/people.js';
import { ADA, BOB, HOST, SITES } from '../fixtures/sites/sites.js';

const CAROL = 'carol@example.org';
const MALLORY = 'mallory@example.org';
const CAROLS_SITE = `
[approvers."${CAROL}"]
email = "${CAROL}"
talk = "${CAROL}"

[[sites]]
domains = ["dev.example.org"]
environment = "dev"

[sites.auth_gate]
admin = "${CAROL}"
notifiers = ["talk"]
`;
const TO_BOB = { kind: 'approver', approver: BOB as never, address: BOB } as const;

type Said = Awaited<ReturnType<typeof writeOverTalk>>;

interface HistoryRow {
  readonly what: string;
  readonly who: string;
  readonly surface: string;
  readonly address: string | null;
}

let fixture: Fixture;

beforeAll(async () => {
  fixture = await openFixture('sqlite', { sites: SITES + CAROLS_SITE });
}, 60_000);

afterAll(async () => {
  await fixture.close();
});

test('/gate pending lists what waits, by a short id that can be typed', async () => {
  expect(await write(ADA, '/gate pending')).toEqual({ isOk: true, text: 'Nothing is pending.' });
  await ask('198.51.100.1');

  const listed = await write(ADA, '/gate pending');

  expect(listed.isOk).toBe(true);
  expect(listed.text).toMatch(
    /^1 request is pending\n• [0-9a-z]{6} · stg\.example\.org · 198\.51\.100\.1 · \/plans\?draft=2 · Chrome 148 .* · (9|10) min$/,
  );
});

test('/gate approve lets the visitor in, is recorded as said over Talk, and redraws the card of everybody', async () => {
  const id = await ask('198.51.100.2');

  const answer = await write(ADA, `/gate approve ${id}`);

  expect(answer.isOk).toBe(true);
  expect(answer.text).toMatch(/^Approved\. 198\.51\.100\.2 may visit stg\.example\.org until .* UTC\.$/);
  expect((await visit(fixture.gate, '198.51.100.2')).status).toBe(204);
  expect(await told('198.51.100.2')).toEqual([
    { what: 'granted', who: ADA, surface: 'talk' },
    { what: 'approved', who: ADA, surface: 'talk' },
  ]);
  await eventually('the card of the other approver says who', () =>
    fixture.peers.talk.sees(TO_BOB).some(({ text }) => text.includes('198.51.100.2') && text.includes(`by ${ADA}`)),
  );
});

test('/gate deny refuses the visitor, and a later approval learns who was first', async () => {
  const id = await ask('198.51.100.3');

  const answer = await write(ADA, `/gate deny ${id}`);
  const late = await write(BOB, `/gate approve ${id}`);

  expect(answer).toEqual({ isOk: true, text: `Denied. 198.51.100.3 may not visit ${HOST}.` });
  expect(late.isOk).toBe(false);
  expect(late.text).toMatch(
    new RegExp(`^Already denied by ${ADA} over Talk at .* UTC\\. Your Approve did not count\\.$`),
  );
  expect((await visit(fixture.gate, '198.51.100.3')).status).toBe(403);
  expect(await told('198.51.100.3')).toEqual([{ what: 'denied', who: ADA, surface: 'talk' }]);
});

test('a line that the Talk server repeats counts once and is answered the same again', async () => {
  const id = await ask('198.51.100.4');
  const line = { text: `/gate approve ${id} for 1h`, user: BOB, key: fixture.peers.talkKey, id: 'tap_repeated' };

  const first = await writeOverTalk(fixture.gate, line);
  const again = await writeOverTalk(fixture.gate, line);

  expect(first.isOk).toBe(true);
  expect(again).toEqual(first);
  expect((await told('198.51.100.4')).map(({ what }) => what)).toEqual(['granted', 'approved']);
});

test('/gate help says what can be typed, and nothing that only operators may', async () => {
  const help = await write(ADA, '/gate help');

  expect(help.isOk).toBe(true);
  for (const verb of ['pending', 'approve <id>', 'deny <id>', 'history']) expect(help.text).toContain(verb);
  expect(help.text).not.toContain('doctor');
  expect(await write(ADA, '/gate')).toEqual(help);
});

test.each([
  ['help', '/gate help'],
  ['Help', '/gate help'],
  ['?', '/gate help'],
  ['/help', '/gate help'],
  ['gate help', '/gate help'],
  ['help grants', '/gate help grants'],
  ['gate help approve', '/gate help approve'],
  ['/Gate who', '/gate who'],
])('%p is taken for %p', async (typed, meant) => {
  const answer = await write(ADA, typed);

  expect(answer).toEqual(await write(ADA, meant));
  expect(answer.isOk).toBe(true);
});

test.each(['helpful people, these', 'can you help', 'gateway'])('%p is talk, and no command', async (text) => {
  expect((await write(ADA, text)).text).toBe('I understand lines that begin with /gate. Try: /gate help');
});

test('a typo changes nothing and names what was probably meant', async () => {
  const id = await ask('198.51.100.5');

  expect(await write(ADA, `/gate aprove ${id}`)).toEqual({
    isOk: false,
    text: 'There is no verb “aprove”. Did you mean approve?',
  });
  expect((await write(ADA, '/gate approve')).text).toMatch(/^Usage: approve <id>/);
  expect((await write(ADA, '/gate approve zzzz')).text).toMatch(/^There is no such request\./);
  expect((await write(ADA, `approve ${id}`)).text).toBe('I understand lines that begin with /gate. Try: /gate help');
  expect(await told('198.51.100.5')).toEqual([]);
});

test.each([
  ['a Talk account that belongs to nobody', MALLORY, /no approver is known by this chat account/],
  ['an approver of another site', CAROL, /There is no such request/],
])('%s decides nothing and sees nothing', async (_who, user, refusal) => {
  const address = user === CAROL ? '198.51.100.6' : '198.51.100.7';
  const id = await ask(address);

  for (const line of [`/gate approve ${id}`, `/gate deny ${id}`, `/gate show ${id}`]) {
    const answer = await write(user, line);
    expect(answer.isOk).toBe(false);
    expect(answer.text).toMatch(refusal);
  }
  for (const line of ['/gate pending', '/gate history', '/gate grants'])
    expect((await write(user, line)).text).not.toContain('198.51.100.');
  expect((await visit(fixture.gate, address)).status).toBe(403);
  expect(await told(address)).toEqual([]);
});

function write(user: string, text: string): Promise<Said> {
  return writeOverTalk(fixture.gate, { text, user, key: fixture.peers.talkKey });
}

/** A visitor asks; answers the short id by which approvers see the request. */
async function ask(address: string): Promise<string> {
  expect((await visit(fixture.gate, address)).status).toBe(403);
  const { text } = await write(ADA, '/gate pending');
  const id = text.split('\n').flatMap((row) => (row.includes(` ${address} `) ? [row.split(' ')[1]] : []))[0];
  if (id === undefined) throw new Error(`no request of ${address} is pending`);
  return id;
}

/** What became of the address's request, newest first, as the operator's audit has it. */
async function told(address: string): Promise<readonly Omit<HistoryRow, 'address'>[]> {
  const rows = JSON.parse((await fixture.gate.cli('history', '--json')).out) as HistoryRow[];
  return rows
    .filter((row) => row.address === address && ['approved', 'denied', 'granted'].includes(row.what))
    .map(({ what, who, surface }) => ({ what, who, surface }));
}
