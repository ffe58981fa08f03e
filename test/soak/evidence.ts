/** What is known of a soak when its load is over, in the form in which the checks of the faults want it. */
import { inFlight } from '../../bench/load/call.js';
import type { Evidence } from '../faults/checks/evidence.js';
import { listedBy } from '../faults/episode.js';
import type { Journal } from '../faults/journal.js';
import { lookIn } from '../faults/people.js';
import { readRows, type Rows } from '../faults/truth.js';
import type { Stopped } from './soak.js';
import { CAP } from './sites.js';
import type { SoakFixture } from './fixture.js';

export type Gathered = Pick<Evidence, 'rows' | 'trail' | 'listedByDoctor' | 'letsIn'>;

const LOOKS_AT_ONCE = 32;
const AT_REST_WITHIN_MS = 120_000;

/** While the gate runs, and little is still due. */
export async function gather(fixture: SoakFixture): Promise<Gathered> {
  const { rows, listed } = await readAtRest(fixture);
  const letsIn = await lookEverywhere(fixture, rows);
  const { out: trail } = await fixture.gate.cli('audit', 'verify', '--json');
  return { rows, trail, listedByDoctor: [listed], letsIn };
}

interface AtRest {
  readonly rows: Rows;
  readonly listed: number;
}

/** The rows and what the doctor makes of them: of one state, between whose two readings nothing moved. */
async function readAtRest({ database, actGate }: SoakFixture): Promise<AtRest> {
  const endMs = performance.now() + AT_REST_WITHIN_MS;
  for (let before = await readRows(database); performance.now() < endMs;) {
    const listed = await listedBy(actGate);
    const rows = await readRows(database);
    if (standOf(before) === standOf(rows)) return { rows, listed };
    before = rows;
  }
  throw new Error('the deliveries never came to rest');
}

function standOf({ deliveries, requests }: Rows): string {
  const cards = deliveries.map(({ id, state, due_at, drawn_revision }) =>
    [id, state, due_at, drawn_revision].join(' '),
  );
  return [...cards, ...requests.map(({ id, outcome }) => `${id} ${String(outcome)}`)].join('\n');
}

/** An address belongs to one request alone, and so to one host. */
async function lookEverywhere({ actGate, connections }: SoakFixture, { requests }: Rows): Promise<Evidence['letsIn']> {
  const letsIn = new Map<string, readonly boolean[]>();
  await inFlight(requests.length, LOOKS_AT_ONCE, async (index) => {
    const { address = '', host = '' } = requests[index] ?? {};
    const answer = await lookIn(actGate, address, { host, isNamed: true, agent: connections });
    letsIn.set(address, [answer?.status === 204]);
  });
  return letsIn;
}

/** When it has ended as well. */
export function evidenceOf(
  { gate, peers }: SoakFixture,
  { journal, gathered, stopped }: { readonly journal: Journal; readonly gathered: Gathered; readonly stopped: Stopped },
): Evidence {
  const ended = { code: stopped.code, signal: null, said: gate.printed.err.slice(-1_000) };
  return {
    ...gathered,
    journal,
    fakes: peers.fakes,
    gates: [
      {
        name: 'the gate',
        unbidden: stopped.wasRunning ? [] : [ended],
        events: linesOf(gate.printed.out),
        errors: linesOf(gate.printed.err)
          .filter(({ level }) => Number(level ?? 0) >= LEVEL_ERROR)
          .map((line) => JSON.stringify(line)),
      },
    ],
    suffered: { kills: 0, stalls: 0, crashes: 0, isMachineBusy: false, broken: stopped.wrongs },
    hasOutages: false,
    cap: CAP,
  };
}

/** As pino counts them. */
const LEVEL_ERROR = 50;

type Line = Readonly<Record<string, unknown>>;

function linesOf(printed: string): readonly Line[] {
  return printed.split('\n').flatMap((line) => {
    if (!line.startsWith('{')) return [];
    try {
      return [JSON.parse(line) as Line];
    } catch {
      return [];
    }
  });
}
