/** What `gate audit` makes of a trail: cells that no spreadsheet runs, lines that no terminal obeys, pages and not all at once. */
import { expect, test } from '@jest/globals';
import { writeTrail } from '../../src/cli/audit/export.js';
import { verify } from '../../src/cli/audit/verify.js';
import type { Surroundings } from '../../src/cli/surroundings.js';
import type { AuditTrail, TrailEntry, TrailPage } from '../../src/contract/ledger.js';

const ENTRY: TrailEntry = {
  id: 1,
  number: 1,
  seal: 'ab'.repeat(32),
  atMs: Date.parse('2026-05-02T14:30:00Z'),
  who: 'eva',
  what: 'granted',
  surface: 'cli',
  site: null,
  address: '192.0.2.7',
  requestId: null,
  detail: '{"n":1}',
  erased: [],
};

interface Printed {
  out: string;
  /** What was asked and done, in order. */
  readonly steps: string[];
}

function printing(): { readonly printed: Printed; readonly surroundings: Surroundings } {
  const printed: Printed = { out: '', steps: [] };
  const surroundings: Surroundings = {
    channels: [],
    environment: {},
    folder: '/',
    out: {
      write(text) {
        printed.out += text;
        printed.steps.push('write');
      },
    },
    err: { write: () => undefined },
    drained() {
      printed.steps.push('drained');
      return Promise.resolve();
    },
    columns: null,
    user: 'ada',
    onSignal: () => () => undefined,
    exitNow: () => undefined,
  };
  return { printed, surroundings };
}

/** A trail of these entries, by id. */
function trailOf(entries: readonly TrailEntry[], asked: TrailPage[] = []): AuditTrail {
  return {
    head: () => Promise.resolve(null),
    sealed: () => Promise.resolve([]),
    strays: () => Promise.resolve([]),
    unsealed: () => Promise.resolve({ count: 0, oldestAgeMs: null }),
    page(input) {
      asked.push(input);
      return Promise.resolve(entries.filter(({ id }) => id > input.after).slice(0, input.limit));
    },
  };
}

async function exported(entry: Partial<TrailEntry>, format: 'csv' | 'ndjson'): Promise<string> {
  const { printed, surroundings } = printing();
  await writeTrail(trailOf([{ ...ENTRY, ...entry }]), surroundings, { format });
  return printed.out;
}

test.each([
  ['=HYPERLINK("http://evil")', `"'=HYPERLINK(""http://evil"")"`],
  ['+1', `'+1`],
  ['-1+1', `'-1+1`],
  ['@SUM(A1)', `'@SUM(A1)`],
  ['\t=1', `'\\x09=1`],
  ['a,b', '"a,b"'],
  ['two\r\nlines', 'two\\x0d\\x0alines'],
  ['eva', 'eva'],
])('a cell of CSV is a text for every spreadsheet: %j', async (who, cell) => {
  const [, line] = (await exported({ who }, 'csv')).split('\r\n');

  expect(line).toBe(`1,${ENTRY.seal ?? ''},1,2026-05-02T14:30:00.000Z,${cell},granted,cli,,192.0.2.7,,"{""n"":1}",`);
});

test('NDJSON is one line an entry, without a character that a terminal obeys, and loses nothing', async () => {
  const who = 'e\u001b[31m\u009b\u202e\u2028va\n';

  const out = await exported({ who, erased: ['address'], address: 'erased' }, 'ndjson');

  expect(out.trimEnd()).not.toMatch(/[\p{Cc}\p{Bidi_Control}\u2028\u2029]/u);
  expect(JSON.parse(out)).toMatchObject({ who, erased: ['address'], address: 'erased', detail: { n: 1 } });
});

test('what was written beside the gate is exported as it stands: no time, and no JSON', async () => {
  const out = await exported({ atMs: 9e17, detail: '{"n":' }, 'ndjson');

  expect(JSON.parse(out)).toMatchObject({ at: '900000000000000000', detail: '{"n":' });
});

test('an export asks page by page, and not for the next one before the last was taken', async () => {
  const { printed, surroundings } = printing();
  const asked: TrailPage[] = [];
  const entries = Array.from({ length: 1_200 }, (_, index) => ({ ...ENTRY, id: index + 1 }));

  await writeTrail(trailOf(entries, asked), surroundings, { format: 'ndjson' });

  expect(printed.out.split('\n')).toHaveLength(1_201);
  expect(asked.map(({ limit }) => limit)).toEqual([500, 500, 500, 500]);
  expect(printed.steps).toEqual(asked.flatMap(() => ['write', 'drained']));
});

test('what is wrong is said in sentences that name the numbers, and a tail that nobody seals with its cure', async () => {
  const trail: AuditTrail = {
    ...trailOf([]),
    head: () => Promise.resolve({ number: 5, seal: 'ab' }),
    strays: () => Promise.resolve([{ id: 9, number: 3 }]),
    unsealed: () => Promise.resolve({ count: 2, oldestAgeMs: 900_000 }),
  };
  const { printed, surroundings } = printing();

  const code = await verify(trail, surroundings, { head: { number: 4, seal: 'cd' } });

  expect(code).toBe(1);
  expect(printed.out).toBe(`The trail is NOT whole: 3 problems in 0 sealed entries.
  numbers 1 to 5: the seals were removed
  number 4: the head that you kept is gone: the trail was cut off before it
  number 3 (id 9): the entry says this number, and no seal is of it
Not sealed yet: 2 entries, the oldest for 900 s. Nobody seals them: run a process with the role courier.
`);
});
