/** docs/limits.md says the numbers that hold. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { packageRoot } from '../src/base/process/package-root.js';
import { shareDescriptors } from '../src/compose/descriptors.js';
import { CODES_A_PROCESS, CODES_AN_ACCOUNT } from '../src/desk/accounts/codes.js';
import { FIRST_ROWS, COUNTED_TOGETHER_MS, SUMMARY_ROWS } from '../src/desk/requests/opening/refused-request-rows.js';
import { ROWS_A_PROCESS, ROWS_AN_ACCOUNT } from '../src/desk/authorization/refusal-rows.js';
import { REFUSED_FIRSTS, REFUSED_SUMMARIES, REFUSED_TOGETHER_MS } from '../src/identity/sessions/refused-sign-ins.js';
import { MAX_STREAMS_AN_ADDRESS } from '../src/gate/visitor/streams.js';

const root = packageRoot();
const text = readFileSync(join(root, 'docs/limits.md'), 'utf8');

/** The cells of the row that begins so. */
function row(first: string): readonly string[] {
  const line = text.split('\n').find((one) => one.startsWith(`| ${first}`));
  return (line ?? '').split('|').map((cell) => cell.trim());
}

test.each([256, 1_024, 4_096, 65_536])('of %i descriptors', (limit) => {
  const shares = shareDescriptors(limit);
  const own = limit - shares.admin - shares.public - shares.gate;

  const said = row(limit.toLocaleString('en')).slice(2, 8);

  const { admin, public: ofPublic, publicPerAddress, gate, streams } = shares;
  const numbers = [own, admin, ofPublic, publicPerAddress, gate, streams];
  expect(said).toEqual(numbers.map((number) => number.toLocaleString('en')));
});

test('of rows that strangers have written', () => {
  const minutes = String(COUNTED_TOGETHER_MS / 60_000);

  expect(row('requests at the cap')[2]).toContain(`in ${minutes} minutes ${String(FIRST_ROWS)} rows`);
  expect(row('requests at the cap')[2]).toContain(`${String(SUMMARY_ROWS)} summaries`);
  const together = `in ${String(REFUSED_TOGETHER_MS / 60_000)} minutes ${String(REFUSED_FIRSTS)} rows`;
  expect(row('refused sign-ins')[2]).toContain(together);
  expect(row('refused sign-ins')[2]).toContain(`${String(REFUSED_SUMMARIES)} summaries`);
  expect(row('refusals over chat')[2]).toContain(`${String(ROWS_AN_ACCOUNT)} rows an account`);
  expect(row('refusals over chat')[2]).toContain(`${String(ROWS_A_PROCESS)} a process`);
  expect(row('link codes')[2]).toContain(`${String(CODES_AN_ACCOUNT)} an account and ${String(CODES_A_PROCESS)}`);
  expect(row('visitors’ status streams'.replace('’', "'"))[2]).toContain(
    `${String(MAX_STREAMS_AN_ADDRESS)} an address`,
  );
});

/** Numbers that stand in one file each, by the row that tells of them. */
const CONSTANTS: readonly (readonly [row: string, file: string, name: string])[] = [
  ['access requests that wait', 'src/gate/visitor/reception.ts', 'MAX_WAITING'],
  ["questions for a request's", 'src/gate/visitor/reception.ts', 'MAX_LOOKING'],
  ['visitors told to come', 'src/gate/visitor/recently-turned-away.ts', 'MAX_REMEMBERED'],
  ["visitors' status", 'src/gate/visitor/streams.ts', 'MAX_STREAMS'],
  ['inbox streams', 'inbox/live-streams.ts', 'MAX_STREAMS'],
  ['failures of addresses', 'src/http/public/guard/failure-limit.ts', 'MAX_WINDOWS'],
  ['access requests counted', 'src/desk/requests/opening/refused-request-rows.ts', 'MAX_COUNTED'],
  ['refused sign-ins counted', 'src/identity/sessions/refused-sign-ins.ts', 'MAX_COUNTED'],
  ['accounts refused', 'src/desk/authorization/refusal-rows.ts', 'MAX_ACCOUNTS'],
  ['links mailed to a mailbox', 'src/identity/links/mailing.ts', 'MAX_MAILS_AN_HOUR'],
  ['links mailed, new networks', 'src/identity/links/mailing.ts', 'MAX_MAILS_OF_NEW_NETWORKS'],
  ['links mailed, a known network', 'src/identity/links/mailing.ts', 'MAX_MAILS_OF_ONE_NETWORK'],
  ['links mailed by all requests', 'src/identity/links/mailing.ts', 'MAX_MAILS_BY_REQUESTS'],
  ['links mailed by one request', 'src/identity/links/mailing.ts', 'MAX_MAILS_ABOUT_ONE_REQUEST'],
  ['sign-ins begun at providers', 'src/identity/providers/providers.ts', 'MAX_BEGUN_AN_HOUR'],
  ['sign-ins begun at protected', 'src/identity/handoff/at-origin.ts', 'MAX_AN_HOUR'],
  ['sign-ins through a service', 'src/identity/services/held-session.ts', 'MAX_SIGN_INS_A_MINUTE'],
  ['questions of a service', 'src/identity/services/held-session.ts', 'MAX_INTROSPECTIONS_A_MINUTE'],
  ['link codes tried  ', 'src/identity/accounts/form-limits.ts', 'MAX_LINK_CODES_OF_AN_ACCOUNT'],
  ['link codes tried from', 'src/identity/accounts/form-limits.ts', 'MAX_LINK_CODES_OF_ONE_NETWORK'],
  ['changes of what signs', 'src/identity/accounts/form-limits.ts', 'MAX_CHANGES_OF_AN_ACCOUNT'],
  ['such changes from', 'src/identity/accounts/form-limits.ts', 'MAX_CHANGES_OF_ONE_NETWORK'],
  ['resets of others', 'src/identity/accounts/form-limits.ts', 'MAX_RESETS_OF_AN_OPERATOR'],
  ['such resets from', 'src/identity/accounts/form-limits.ts', 'MAX_RESETS_OF_ONE_NETWORK'],
  ['links asked for', 'src/identity/links/mailing.ts', 'MAX_ASKED_AN_HOUR'],
  ['passkeys asked for, to sign in', 'src/identity/factors/passkey-limits.ts', 'MAX_ASKED_AN_HOUR'],
  ['the same, from one network', 'src/identity/factors/passkey-limits.ts', 'MAX_ASKED_OF_ONE_NETWORK'],
  ['passkeys asked for, to add', 'src/identity/factors/passkey-limits.ts', 'MAX_ADDS_ASKED_AN_HOUR'],
  ['proofs asked of an account', 'src/identity/factors/approval-asking.ts', 'MAX_ASKED_AN_HOUR'],
  ['proofs asked again', 'src/identity/factors/again.ts', 'MAX_ASKED_AN_HOUR'],
  ['logouts that providers send', 'src/identity/providers/logout.ts', 'MAX_LOGOUTS_A_MINUTE'],
  ['numbers and codes of a sign-in', 'src/identity/factors/second-factor.ts', 'MAX_TRIES'],
  ['numbers and codes of an account', 'src/identity/factors/second-factor.ts', 'MAX_TRIES_AN_ACCOUNT'],
  ['passkeys of an account', 'src/identity/factors/passkeys.ts', 'MAX_PASSKEYS'],
  ['bytes of such a mail', 'src/http/receiver/mails/mail-order.ts', 'MAX_BYTES_TO_ALL'],
  ['people given link', 'src/base/time/attempts.ts', 'MAX_COUNTED'],
  ['callers that a verifier', 'src/http/receiver/authenticators/remembered-callers.ts', 'MAX_REMEMBERED'],
  ['questions to one', 'src/http/receiver/authenticators/questions.ts', 'MAX_IN_FLIGHT'],
  ['dead letters being', 'src/http/public/guard/dead-letter-box.ts', 'MAX_WRITING'],
  ['browsers in', 'src/base/text/browser.ts', 'MAX_REMEMBERED'],
  ['hosts that fit', 'src/gate/check/site-entry.ts', 'MAX_PATTERN_HOSTS'],
  ['passes without', 'src/gate/check/passes.ts', 'MAX_TALLIES'],
  ['people signed in at sites', 'src/gate/passage/remembered-people.ts', 'MAX_REMEMBERED'],
  ['cookies asked about', 'src/gate/passage/passage-cache.ts', 'MAX_ASKING'],
  ['passages noted', 'src/gate/passage/passage-notes.ts', 'MAX_NOTED'],
  ['live tokens of', 'src/compose/admin/service-tokens.ts', 'MAX_LIVE_SITE_TOKENS'],
  ['bytes of lines', 'src/base/process/line-output.ts', 'MAX_WAITING_BYTES'],
  ['chats with approvers, at Discord', 'bots/discord/direct-channels.ts', 'MAX_REMEMBERED'],
  ['chats with approvers, at Slack', 'bots/slack/conversations.ts', 'MAX_REMEMBERED'],
  ["people's names, at Slack", 'bots/slack/taps/people.ts', 'MAX_REMEMBERED'],
  ['deliveries purged', 'src/delivery/purge.ts', 'MAX_PURGED'],
  ['throttled attempts of a mail', 'src/ledger/verbs/deliveries/close.ts', 'MAX_FREE_ATTEMPTS'],
  ['prepared statements', 'src/ledger/sqlite/prepared.ts', 'MAX_PREPARED'],
  ['idle connections', 'src/base/net/http-client-node.ts', 'MAX_IDLE_CONNECTIONS_PER_HOST'],
];

/** Bounds of one text or one time by their unit, and what names or counts within a single answer. */
const OF_ONE_THING = /_(CHARACTERS|CODE_POINTS|OCTETS|LENGTH|LINES|NESTING|MS|SECONDS|DAYS|SLIPS|NAMED|PORT|CHOICES)$/;

/** Bounds that tell of nothing that is held for long, by why. Whatever is not here and has no row fails. */
const NOT_HELD: Readonly<Record<string, readonly string[]>> = {
  'one call, answer, card or page': [
    'bots/discord/api.ts MAX_ANSWER_BYTES',
    'src/http/public/sign-in/provider-logout.ts MAX_LOGOUT_BYTES',
    'cards/slack-answer.ts MAX_ROWS',
    'cards/slack-home.ts MAX_HOME_GRANTS',
    'cards/slack-home.ts MAX_REQUESTS',
    'inbox/bot-api.ts MAX_CARD_BYTES',
    'inbox/web-routes.ts MAX_BODY',
    'src/approval/listed.ts MAX_LISTED_GRANTS',
    'src/base/net/http-exchange.ts MAX_ANSWER_BYTES',
    'src/base/crypto/standard-webhooks.ts MAX_PRESENTED_SIGNATURES',
    'src/cli/admin-client.ts MAX_ANSWER_BYTES',
    'src/cli/run-process.ts MAX_INPUT_BYTES',
    'src/compose/doctor/card-checks.ts MAX_LOOKED_AT',
    'src/compose/doctor/queue-checks.ts MAX_LOOKED_AT',
    'src/ledger/verbs/deliveries/mail/waiting.ts MAX_LOOKED_AT',
    'src/identity/factors/webauthn.ts MAX_TRANSPORTS',
    'src/identity/handoff/cookies.ts MAX_STATES',
    'src/identity/providers/calls.ts MAX_ANSWER_BYTES',
    'src/identity/sessions/session-book.ts MAX_LISTED',
    'src/compose/admin/accounts.ts MAX_LISTED',
    'src/ledger/verbs/identity/mailed-links.ts MAX_TRIES',
    'src/desk/requests/find.ts MAX_MATCHES',
    'src/desk/requests/questions.ts MAX_HISTORY',
    'src/desk/requests/questions.ts MAX_LOOKED_THROUGH',
    'src/desk/requests/questions.ts MAX_PENDING',
    'src/delivery/retry-many.ts MAX_RETRIED',
    'src/desk/looks.ts MAX_ROUNDS',
    'src/desk/looks.ts MAX_TRAIL',
    'src/ledger/verbs/looks/standing.ts MAX_WAITING',
    'src/ledger/verbs/looks/standing.ts MAX_ATTEMPTS',
    'src/ledger/verbs/looks/standing.ts MAX_FAILED',
    'src/ledger/verbs/looks/standing.ts MAX_REQUESTS',
    'src/http/admin/console/audit/audit-pages.ts MAX_WORDS',
    'src/http/admin/console/requests/request-story.ts MAX_SHOWN',
    'src/http/admin/api/dead-letter-routes.ts MAX_PAGE',
    'src/http/admin/api/delivery-query.ts MAX_PAGE',
    'src/ledger/verbs/queue/entry.ts MAX_LISTED_ATTEMPTS',
    'src/http/admin/api/json-post.ts MAX_BODY_BYTES',
    'src/mail/records/mailbox-fields.ts MAX_SCOPE',
    'src/mail/policy-words.ts MAX_HEADERS',
    'src/config/sites/mail/provider-keys.ts MAX_PRIORITY',
    'bots/email/graph/errors.ts MAX_CODES',
    'bots/email/graph/reports.ts MAX_ANSWER_BYTES',
    'bots/email/graph/token.ts MAX_TOKEN_BYTES',
    'src/http/admin/api/metrics.ts MAX_COUNTED',
    'src/http/admin/api/telemetry-routes.ts MAX_ROWS',
    'src/telemetry/span.ts MAX_STEPS',
    'src/http/admin/console/telemetry/telemetry-pages.ts MAX_ROWS',
    'src/http/shared/form.ts MAX_FORM_BYTES',
    'src/http/public/guard/arrival.ts MAX_BODY_BYTES',
    'src/http/receiver/mails/mail-acts.ts MAX_MAIL_BYTES',
    'src/http/receiver/mails/mail-order.ts MAX_RECIPIENTS',
    'src/config/sites/producers/producer-keys.ts MAX_MAIL_CAP',
    'src/http/shared/listen.ts MAX_HEADERS_COUNT',
    'src/http/shared/read-body.ts MAX_DISCARDED_BYTES',
  ],
  'one turn of work': [
    'src/base/process/line-output.ts MAX_TOGETHER_BYTES',
    'src/delivery/attempts/attempt-results.ts MAX_BATCH',
    'src/delivery/queue/channel-queue.ts MAX_SLOTS',
    'src/gate/web/pending.ts MAX_RETRIES',
    'src/ledger/verbs/audit/verify.ts MAX_DISPLACED',
    'src/ledger/verbs/telemetry/derive.ts MAX_PENDING',
    'src/ledger/postgres/notes.ts MAX_IDS_A_NOTE',
    'src/ledger/postgres/run.ts MAX_RUNS',
    'src/ledger/postgres/change-publisher.ts MAX_NOTES_A_CALL',
    'src/ledger/sqlite/writers.ts MAX_TOGETHER',
  ],
  'connections, which are said with the descriptors or belong to one server': [
    'bots/email/smtp/postbox.ts MAX_CONNECTIONS',
    'src/delivery/queue/channel-queue.ts MAX_SLOTS',
    'src/compose/descriptors.ts MOST_PER_ADDRESS',
    'src/compose/descriptors.ts MOST_PUBLIC',
    'src/gate/visitor/streams.ts MAX_STREAMS_AN_ADDRESS',
    'src/http/admin/console/live/streams.ts MAX_STREAMS_A_SESSION',
    'src/http/admin/console/live/streams.ts MAX_CONSOLE_STREAMS',
    'src/http/admin/console/live/streams.ts MAX_WAITING',
    'inbox/live-streams.ts MAX_STREAMS_PER_HANDLE',
  ],
  'what the configuration holds, or what is told of the process': [
    'src/base/net/wide-networks.ts MOST_IN_PIECES',
    'src/cli/faults.ts MOST_A_MINUTE',
    'src/compose/data-folder.ts MOST_LOG_BYTES',
    'src/config/env/variables.ts MAX_FAILURES_PER_MINUTE',
    'src/config/sites/open-paths.ts MAX_OPEN_PATHS',
    'src/config/sites/passage.ts MAX_ENTRIES',
    'src/config/sites/top-keys.ts MAX_OPERATORS',
    'src/config/sites/top-keys.ts MAX_SLOTS',
  ],
  'rows of the database': ['inbox/store.ts MAX_MESSAGES_PER_HANDLE'],
};

function bounds(): readonly string[] {
  const files = ['src', 'bots', 'cards', 'inbox'].flatMap((room) =>
    readdirSync(join(root, room), { recursive: true, encoding: 'utf8' })
      .filter((path) => path.endsWith('.ts'))
      .map((path) => `${room}/${path}`),
  );
  return files.flatMap((file) => {
    const source = readFileSync(join(root, file), 'utf8');
    return [...source.matchAll(/^(?:export )?const ((?:MAX|MOST)_[A-Z_0-9]+)\b/gm)].map(
      ([, name = '']) => `${file} ${name}`,
    );
  });
}

test('every bound of what is held has a row, or is known to need none', () => {
  const told = [...CONSTANTS.map(([, file, name]) => `${file} ${name}`), ...Object.values(NOT_HELD).flat()];
  const found = bounds();

  expect(found.filter((bound) => !OF_ONE_THING.test(bound) && !told.includes(bound))).toEqual([]);
  expect(told.filter((bound) => !found.includes(bound))).toEqual([]);
});

test.each(CONSTANTS)('of %s', (first, file, name) => {
  const source = readFileSync(join(root, file), 'utf8');
  const [, written = ''] = new RegExp(`const ${name} = ([\\d_]+);`).exec(source) ?? [];

  const number = Number(written.replaceAll('_', '')).toLocaleString('en');

  expect(row(first)[2]).toMatch(new RegExp(`^${number}(?!\\d)`));
});
