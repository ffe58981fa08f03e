/**
 * What Graph's refusals mean, each at each step: while a draft is made, when it is sent and was not taken, when it was taken and
 * Graph says otherwise. The list of rows is Microsoft's as it was observed; it is read where it lies beside the project.
 */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { packageRoot } from '../../../src/base/process/package-root.js';
import type { MailAnswer } from '../../../bots/email/transport.js';
import { aheadBy, besides, closeGraphs, openGraph } from '../../fixtures/channels/graph.js';
import type { GraphFault } from '../../fakes/graph-faults.js';

closeGraphs();

interface Row {
  readonly http: number;
  readonly code?: string;
  readonly headers?: Readonly<Record<string, string>>;
}

/** What it means while nothing was to be sent, and when a mail was. */
type Meaning = readonly [creating: string, sending: string];

const LATER: Meaning = ['deferred', 'deferred'];
const PERHAPS: Meaning = ['deferred', 'unknown'];
const PROVIDER: Meaning = ['provider', 'provider'];
const MESSAGE: Meaning = ['message', 'message'];

const MEANINGS: Readonly<Record<string, Meaning>> = {
  '429 ApplicationThrottled': PERHAPS,
  '429 ErrorQuotaExceeded': LATER,
  '429': LATER,
  '500': PERHAPS,
  '500 ErrorInternalServerError': PERHAPS,
  '502': PERHAPS,
  '503': PERHAPS,
  '503 ErrorServerBusy': LATER,
  '504': PERHAPS,
  '504 UnknownError': PERHAPS,
  '507': LATER,
  '400 ErrorInvalidRecipients': ['recipient', 'recipient'],
  '400 ErrorMimeContentInvalidBase64String': MESSAGE,
  '413 ErrorMessageSizeExceeded': MESSAGE,
  '403 ErrorAccessDenied': PROVIDER,
  '403 ErrorSendAsDenied': PROVIDER,
  '401 InvalidAuthenticationToken': PROVIDER,
  '404 ErrorItemNotFound': LATER,
  '404 MailboxNotEnabledForRESTAPI': PROVIDER,
  // not in the list
  '400 SomethingNewAltogether': LATER,
  '418': LATER,
  '503 SomethingNewAltogether': PERHAPS,
};

const FILE = join(packageRoot(), '..', 'shared', 'vectors', 'graph', 'fault-matrix.json');
const isThere = existsSync(FILE);

/** Rows with a refusal; what 202 means is told in `sending.test.ts`. */
function rowsOf(file: string): readonly Row[] {
  const matrix = JSON.parse(readFileSync(file, 'utf8')) as {
    post_fault_statuses: readonly number[];
    observed_send_codes: readonly Row[];
  };
  return [...matrix.post_fault_statuses.map((http) => ({ http })), ...matrix.observed_send_codes].filter(
    ({ http }) => http >= 300,
  );
}

function nameOf({ http, code }: Row): string {
  return code === undefined ? String(http) : `${String(http)} ${code}`;
}

test.skip.each(isThere ? [] : ['without ../shared/vectors/graph the rows are those of this file'])(
  '%s',
  () => undefined,
);

(isThere ? test : test.skip)('every row of the list has its meaning here', () => {
  expect(
    rowsOf(FILE)
      .map(nameOf)
      .filter((name) => MEANINGS[name] === undefined),
  ).toEqual([]);
});

const rows = Object.entries(MEANINGS).map(([name, meaning]) => {
  const [http = '', code] = name.split(' ');
  return [name, { http: Number(http), ...(code === undefined ? {} : { code }) }, meaning] as const;
});

describe.each(rows)('%s', (_name, row, [creating, sending]) => {
  test('while the draft is made: nothing has left, so that it is never unknown', async () => {
    const { fake, send } = await openGraph();
    fake.faults.set({ at: ['create', 'sendMail'], phase: 'before_effect', how: faultOf(row) });

    expect(wordOf(await send())).toBe(creating);
    expect(fake.mailbox().left).toHaveLength(0);
  });

  // a call that is refused for its token was not read
  const phases = row.http === 401 ? (['before_effect'] as const) : (['before_effect', 'after_effect'] as const);

  test.each(phases)('when it is sent (%s): no second mail comes of it', async (phase) => {
    const ahead = { now: 0 };
    const { fake, send } = await openGraph();
    fake.faults.set({ at: ['send'], phase, how: faultOf(row) });
    const first = await send();
    fake.faults.set();
    for (const item of fake.mailbox().items) item.modifiedMs -= 60_000;
    const again = await besides(fake, { clock: aheadBy(ahead) }).send({ isFirstAttempt: false });

    expect(wordOf(first)).toBe(sending);
    expect(again).toMatchObject({ kind: 'accepted' });
    expect(fake.mailbox().left).toHaveLength(1);
  });
});

describe('the codes', () => {
  test.each([
    [
      'inside count before those outside',
      { status: 429, code: 'TooManyRequests', innerCode: 'ApplicationThrottled' },
      'unknown',
    ],
    [
      'are found in both spellings',
      { status: 429, code: 'TooManyRequests', innerCode: 'ApplicationThrottled', isLowerCase: true },
      'unknown',
    ],
    [
      'inside that nobody knows leave it to those outside',
      { status: 403, code: 'ErrorSendAsDenied', innerCode: 'NewWord' },
      'provider',
    ],
  ] as const)('%s', async (_what, how, expected) => {
    const { fake, send } = await openGraph();
    fake.faults.set({ at: ['send'], phase: 'before_effect', how: { kind: 'answer', ...how } });

    expect(wordOf(await send())).toBe(expected);
  });

  test('are all that is told: not a word of Microsoft’s', async () => {
    const { fake, send } = await openGraph();
    fake.faults.set({
      at: ['create'],
      phase: 'before_effect',
      how: { kind: 'answer', status: 400, code: 'Bearer_of.the_secret_words' },
    });

    expect(await send()).toMatchObject({ kind: 'deferred', reason: 'graph_http_400' });
  });
});

describe('a wait that Graph asks for', () => {
  test.each([
    ['9', 9_000],
    [new Date(Math.floor(Date.now() / 1_000) * 1_000 + 40_000).toUTCString(), 40_000],
    ['999999', 3_600_000],
    ['soon', undefined],
  ])('%p is kept', async (wait, expectedMs) => {
    const { fake, send } = await openGraph();
    fake.faults.set({
      at: ['send'],
      phase: 'before_effect',
      how: { kind: 'answer', status: 429, code: 'TooManyRequests', headers: { 'retry-after': wait } },
    });

    const answer = await send();

    const waitMs = answer.kind === 'deferred' ? answer.retryAfterMs : 'no wait';
    if (expectedMs === undefined) expect(waitMs).toBeUndefined();
    else expect(Math.abs(Number(waitMs) - expectedMs)).toBeLessThanOrEqual(expectedMs === 40_000 ? 20_000 : 0);
  });

  test('holds for every mail of the provider, and to its end', async () => {
    const ahead = { now: 0 };
    const { fake, send } = await openGraph({ deps: { clock: aheadBy(ahead) } });
    fake.faults.set({
      times: 1,
      at: ['create'],
      phase: 'before_effect',
      how: { kind: 'answer', status: 429, headers: { 'retry-after': '20' } },
    });
    await send();
    const calls = fake.seen.length;

    ahead.now = 19_000;
    const early = await send({ messageId: 'other@koder.dev' });
    ahead.now = 20_100;
    const late = await send({ messageId: 'other@koder.dev' });

    expect(early).toMatchObject({ kind: 'deferred', reason: 'graph_closed' });
    expect(early.kind === 'deferred' && early.retryAfterMs).toBeLessThanOrEqual(1_000);
    expect(late).toMatchObject({ kind: 'accepted' });
    expect(fake.seen.length).toBe(calls + 2);
  });
});

function faultOf({ http, code }: Row): GraphFault['how'] {
  return { kind: 'answer', status: http, ...(code === undefined ? {} : { code }) };
}

function wordOf(answer: MailAnswer): string {
  return answer.kind === 'refused' ? answer.scope : answer.kind;
}
