/** Every verb of `/gate`, by everybody who may type it: what each is answered, and that a refusal changes nothing. */
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { Actor } from '../../src/approval/request.js';
import { TRUSTED } from '../../src/approval/site.js';
import { systemRandom } from '../../src/base/crypto/random.js';
import { systemClock } from '../../src/base/time/clock.js';
import { createCommands } from '../../src/commands/commands.js';
import type { CommandAnswer } from '../../src/contract/commands.js';
import { approver, site } from '../fixtures/sites/directory.js';
import {
  ANA,
  BO,
  chat,
  newTapId,
  opened,
  openFixture,
  OPERATOR,
  STG,
  uncapped,
  type Fixture,
} from '../fixtures/desk/desk.js';
import { callOf, CHECKS, DRILL } from '../fixtures/commands/typing.js';

/** Who types, and over what. */
const PEOPLE = {
  'an operator at the CLI': { actor: OPERATOR, surface: 'cli' },
  'an approver over a trusted channel': { actor: chat('ana', 'talk'), surface: 'talk' },
  'an approver over a channel that may only deny': { actor: chat('ana', 'weak'), surface: 'weak' },
  'an approver over a channel that may only show a link': { actor: chat('ana', 'shown'), surface: 'shown' },
  'an account that an approver bound': { actor: chat('U1', 'slack'), surface: 'slack' },
  'an account that nobody is known by': { actor: chat('eve', 'talk'), surface: 'talk' },
  'an account that its platform bars': {
    actor: { ...chat('ana', 'talk'), barredBecause: 'chat_user_is_guest' },
    surface: 'talk',
  },
} as const satisfies Record<string, { readonly actor: Actor; readonly surface: string }>;

type Person = keyof typeof PEOPLE;

const NO_APPROVAL = 'forbidden: channel_may_not_approve';
const NO_DECISION = 'forbidden: channel_may_not_decide';
const NOBODY = 'forbidden: chat_user_not_linked';
const BARRED = 'forbidden: chat_user_is_guest';
const NO_OPERATOR = 'forbidden: not_an_operator';

/**
 * `<pending>` is a request that waits, `<approved>` one with a grant that lives, `<address>` is its visitor's, muted. The
 * answers are in the order of `PEOPLE`: operator, trusted, deny_only, link_only, bound, unknown, barred.
 */
const ANSWERS: readonly (readonly [string, readonly string[]])[] = [
  ['pending', ['table', 'table', 'table', 'table', 'table', NOBODY, BARRED]],
  ['pending stg.example.org', ['table', 'table', 'table', 'table', 'table', NOBODY, BARRED]],
  ['pending nowhere.example.org', [...all('unknown_site', 5), NOBODY, BARRED]],
  ['show <pending>', ['ok', 'ok', 'ok', 'ok', 'ok', NOBODY, BARRED]],
  ['show zzzzzzzz', [...all('unknown', 5), NOBODY, BARRED]],
  ['approve <pending>', ['ok', 'ok', NO_APPROVAL, NO_DECISION, 'ok', NOBODY, BARRED]],
  ['approve <pending> for 1h', ['ok', 'ok', NO_APPROVAL, NO_DECISION, 'ok', NOBODY, BARRED]],
  ['approve <approved>', ['already', 'already', NO_APPROVAL, NO_DECISION, 'already', NOBODY, BARRED]],
  ['deny <pending>', ['ok', 'ok', 'ok', NO_DECISION, 'ok', NOBODY, BARRED]],
  ['deny <pending> because of the rain', ['ok', 'ok', 'ok', NO_DECISION, 'ok', NOBODY, BARRED]],
  ['deny <pending> telling try tomorrow', ['ok', 'ok', 'ok', NO_DECISION, 'ok', NOBODY, BARRED]],
  ['grants', ['table', 'table', 'table', 'table', 'table', NOBODY, BARRED]],
  ['grant 192.0.2.1 stg.example.org', ['ok', 'ok', NO_APPROVAL, NO_DECISION, 'ok', NOBODY, BARRED]],
  ['grant 192.0.2.1 stg.example.org for 1d', ['ok', 'ok', NO_APPROVAL, NO_DECISION, 'ok', NOBODY, BARRED]],
  ['revoke <approved>', ['ok', 'ok', 'ok', NO_DECISION, 'ok', NOBODY, BARRED]],
  ['revoke <address>', ['ok', 'ok', 'ok', NO_DECISION, 'ok', NOBODY, BARRED]],
  ['extend <approved>', ['ok', 'ok', NO_APPROVAL, NO_DECISION, 'ok', NOBODY, BARRED]],
  ['extend <approved> for 1h', ['ok', 'ok', NO_APPROVAL, NO_DECISION, 'ok', NOBODY, BARRED]],
  ['extend <pending>', ['no_grant', 'no_grant', NO_APPROVAL, NO_DECISION, 'no_grant', NOBODY, BARRED]],
  ['history', ['table', 'table', 'table', 'table', 'table', NOBODY, BARRED]],
  ['mute stg.example.org for 1s', ['ok', 'ok', 'ok', NO_DECISION, 'ok', NOBODY, BARRED]],
  ['mute 192.0.2.1', ['ok', 'ok', 'ok', NO_DECISION, 'ok', NOBODY, BARRED]],
  ['unmute <address>', ['ok', 'ok', 'ok', NO_DECISION, 'ok', NOBODY, BARRED]],
  ['who', ['ok', 'ok', 'ok', 'ok', 'ok', 'ok', BARRED]],
  ['link', ['no_chat_account', 'ok', 'ok', 'ok', 'ok', 'ok', BARRED]],
  ['accounts', ['table', 'table', 'table', 'table', 'table', NOBODY, BARRED]],
  ['accounts bo@example.org', ['table', ...all(NO_OPERATOR, 4), NOBODY, BARRED]],
  ['unlink slack:home:U1', ['ok', ...all(NO_OPERATOR, 3), 'ok', NOBODY, BARRED]],
  ['unlink', ['no_chat_account', 'not_linked', 'not_linked', 'not_linked', 'ok', 'not_linked', BARRED]],
  ['doctor', ['table', ...all(NO_OPERATOR, 5), BARRED]],
  ['drill', ['table', 'table', 'table', 'table', 'table', NOBODY, BARRED]],
  ['help', all('table', 7)],
  ['help approve', all('ok', 7)],
  ['', all('table', 7)],
  ['aprove <pending>', all('unknown_verb', 7)],
];

let fixture: Fixture;

beforeAll(async () => {
  fixture = await openFixture(policed());
});

afterAll(() => fixture.close());

describe.each(ANSWERS)('`%s`', (line, answers) => {
  test.each(Object.keys(PEOPLE).map((person, index) => [person as Person, answers[index] ?? 'missing'] as const))(
    'by %s is answered: %s',
    async (person, expected) => {
      const typed = await staged(line, person);
      const before = await standing(typed.requests);

      const answer = await commands().run(callOf(typed.line, PEOPLE[person].actor, PEOPLE[person].surface));

      expect(kindOf(answer)).toBe(expected);
      if (expected.startsWith('forbidden')) expect(await standing(typed.requests)).toEqual(before);
    },
  );
});

test('the table has every verb that help knows, and an answer for everybody', async () => {
  const overviews = await Promise.all(
    Object.values(PEOPLE).map(({ actor, surface }) => commands().run(callOf('help', actor, surface))),
  );
  const known = overviews.flatMap((answer) => (answer.data as { readonly name: string }[]).map(({ name }) => name));
  const tabled = ANSWERS.map(([line]) => line.split(' ')[0]);

  expect([...new Set(known)].filter((name) => !tabled.includes(name))).toEqual([]);
  expect(ANSWERS.filter(([, answers]) => answers.length !== Object.keys(PEOPLE).length)).toEqual([]);
});

function all(answer: string, times: number): readonly string[] {
  return Array.from({ length: times }, () => answer);
}

function commands() {
  return createCommands({
    desk: fixture.desk,
    directory: () => fixture.directory(),
    clock: systemClock(),
    doctor: () => Promise.resolve(CHECKS),
    drill: () => Promise.resolve(DRILL),
  });
}

/** `ok`, `table`, or the stable code of what was not done, with its reason. */
function kindOf(answer: CommandAnswer): string {
  if (answer.kind === 'table') return 'table';
  if (answer.isOk) return 'ok';
  const { error, why, answer: kind } = answer.data as Readonly<Record<'error' | 'why' | 'answer', string | undefined>>;
  return why === undefined ? (error ?? kind ?? 'unnamed') : `${error ?? ''}: ${why}`;
}

/** Makes what a line is about, and the account that Ana bound. */
async function staged(line: string, person: Person) {
  const operators = { actor: OPERATOR, surface: 'cli' };
  for (const what of [STG, '192.0.2.1']) await fixture.desk.unmute({ ...operators, tapId: newTapId(), what });
  if (person === 'an account that an approver bound' || line.includes('slack:home:U1')) await bind();
  const [pending, approved] = [await opened(fixture), await opened(fixture)];
  const ref = { by: 'id', id: approved.id } as const;
  await fixture.desk.decide({ ...operators, tapId: newTapId(), verdict: 'approve', ref, ttlSeconds: 60 });
  await fixture.desk.mute({ ...operators, tapId: newTapId(), what: approved.address, ttlSeconds: null });
  return {
    requests: [pending, approved],
    line: line
      .replace('<pending>', pending.id.slice(0, 12))
      .replace('<approved>', approved.id.slice(0, 12))
      .replace('<address>', approved.address),
  };
}

async function bind(): Promise<void> {
  const { channel, workspace, subject } = PEOPLE['an account that an approver bound'].actor;
  const hash = systemRandom().hex(32);
  const audit = { who: ANA, what: 'linked', surface: 'page', site: null, address: null, detail: {} };
  await fixture.ledger.identity.addLinkCode(
    { channel, workspace, subject, hash, ttlSeconds: 60, replayKey: null },
    audit,
  );
  await fixture.ledger.identity.link({ hash, approver: ANA }, audit);
}

/** All that a verb could have changed of these requests. */
function standing(requests: readonly { readonly id: string; readonly address: string }[]) {
  return Promise.all([
    ...requests.map(({ id }) => fixture.ledger.requests.byId(id as never)),
    fixture.ledger.grants
      .list({ sites: null, limit: 10_000 })
      .then((grants) => grants.filter((grant) => requests.some((one) => one.address === grant.address))),
    fixture.ledger.mutes.live(),
  ]);
}

function policed() {
  const channelPolicies = new Map([
    ['weak', { ...TRUSTED, may: 'deny_only' }],
    ['shown', { ...TRUSTED, may: 'link_only' }],
  ] as const) as never;
  return uncapped({
    sites: [site(STG, { approvers: [ANA, BO], channelPolicies })],
    approvers: [approver(ANA, { talk: 'ana', weak: 'ana', shown: 'ana' }), approver(BO, { talk: 'bo' })],
  });
}
