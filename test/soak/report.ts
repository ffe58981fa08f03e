/** What a soak says of itself: a line every few seconds, a table at its end. */
import type { Counted } from './checks.js';
import type { Examination } from './examination.js';
import { inWords } from './handles.js';
import { megabytes, slopeOf } from './memory.js';
import type { SoakReport, SoakInput } from './soak.js';
import type { Tally } from './traffic.js';

export interface Moment {
  readonly sinceMs: number;
  readonly seen: Examination;
  readonly checks: Counted;
  readonly tally: Tally;
  /** Deliveries and expiries that are due. */
  readonly due: number;
}

const SECOND_MS = 1_000;
/** So much of what was wished counts as sent. */
const AS_WISHED = 0.99;

export function lineOf({ sinceMs, seen, checks, tally, due }: Moment): string {
  const { heapBytes, residentBytes, handles } = seen;
  const seconds = Math.round(sinceMs / SECOND_MS);
  return [
    `${String(Math.floor(seconds / 60))}:${String(seconds % 60).padStart(2, '0')}`,
    `checks ${String(checks.answered)} of ${String(checks.due)}, p50 ${ms(checks.p50Ms)}, p99 ${ms(checks.p99Ms)}`,
    `requests ${String(tally.opened)}, ${String(tally.unopened)} not`,
    `decided ${String(decidedIn(tally))}`,
    `due ${String(due)}`,
    `heap ${megabytes(heapBytes).toFixed(1)} MB, resident ${megabytes(residentBytes).toFixed(0)} MB`,
    inWords(handles),
  ].join('  ');
}

/** For people: what was wished and what came about, side by side. */
export function tableOf(report: SoakReport, input: SoakInput): string {
  const rows: readonly (readonly [string, string])[] = [
    ...ofRates(report, input),
    ['check, from when it was due', `p50 ${ms(report.checks.p50Ms)}, p99 ${ms(report.checks.p99Ms)}`],
    ['faults', faultsInWords(report)],
    [
      'deliveries',
      `${String(report.rows.deliveries)}, in ${String(report.rows.attempts)} attempts; ${String(report.listed)} listed by gate doctor at the end`,
    ],
    ['audit entries', String(report.rows.audit)],
    ...ofMemory(report),
    ['heap at rest', `${atRest(report.before)} before the load, ${atRest(report.after)} after it`],
    ['handles before the load', inWords(report.before.handles)],
    ['handles after it', inWords(report.after.handles)],
    ['graceful stop', `${ms(report.stopped.tookMs)}, exit code ${String(report.stopped.code)}`],
    ['promises broken', String(report.violations.length)],
  ];
  const width = Math.max(...rows.map(([name]) => name.length));
  return rows.map(([name, value]) => `${name.padEnd(width)}  ${value}`).join('\n');
}

function ofRates({ loadMs, checks, requestsDue, tally, rows }: SoakReport, input: SoakInput): [string, string][] {
  const perSecond = (count: number): string => (count / (loadMs / SECOND_MS)).toFixed(1);
  const isSlow = checks.answered < AS_WISHED * checks.due;
  const slow = isSlow ? ': THIS MACHINE COULD NOT SEND MORE' : '';
  const by = Object.entries(tally.decided).map(([name, count]) => `${name} ${String(count)}`);
  return [
    [
      'checks a second',
      `${perSecond(checks.answered)} of ${String(input.checksPerSecond)}${slow} (${String(checks.answered)}, ${String(checks.known)} of them let in, ${String(checks.unsent)} not sent)`,
    ],
    [
      'requests a second',
      `${perSecond(tally.opened)} of ${String(input.requestsPerSecond)} (${String(tally.opened)} of ${String(requestsDue)} due; ${String(tally.unopened)} turned away, ${String(tally.unbegun)} not begun; ${String(rows.requests)} known)`,
    ],
    [
      'taps',
      `${perSecond(decidedIn(tally))} a second decided (${by.join(', ')}); ${String(tally.unsettled)} of ${String(tally.meant)} were not settled by their tap`,
    ],
  ];
}

function ofMemory({ judged }: SoakReport): [string, string][] {
  const [first, last] = [judged[0], judged.at(-1)];
  if (first === undefined || last === undefined) return [['memory', 'was not looked at']];
  const from = (held: 'heapBytes' | 'residentBytes'): string =>
    `${megabytes(first[held]).toFixed(1)} to ${megabytes(last[held]).toFixed(1)} MB, ${slopeOf(judged, held).toFixed(2)} MB a minute`;
  return [
    ['heap after a collection', from('heapBytes')],
    ['resident memory', from('residentBytes')],
  ];
}

function atRest({ heapBytes }: Examination): string {
  return `${megabytes(heapBytes).toFixed(1)} MB`;
}

function faultsInWords({ faults }: SoakReport): string {
  return [...faults]
    .map(([name, counts]) => `${name} ${String([...counts.values()].reduce((sum, count) => sum + count, 0))}`)
    .join(', ');
}

function decidedIn({ decided }: Tally): number {
  return Object.values(decided).reduce((sum, count) => sum + count, 0);
}

function ms(value: number): string {
  return `${value < 10 ? value.toFixed(1) : value.toFixed(0)} ms`;
}
