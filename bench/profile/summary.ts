/** What a CPU profile says in a few lines: where the thread was, by share of the time it spent in JavaScript and what that called. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

interface Node {
  readonly id: number;
  readonly callFrame: { readonly functionName: string; readonly url: string; readonly lineNumber: number };
}

interface Profile {
  readonly nodes: readonly Node[];
  readonly samples: readonly number[];
  readonly timeDeltas: readonly number[];
}

const MAX_LINES = 14;
const MICROSECONDS = 1e6;
const IDLE = '(idle)';
/** The loop's own work, system calls it makes, and waiting for the core. */
const NATIVE = '(program)';

/** One paragraph a profile in the folder. */
export function profileSummary(folder: string): string {
  const files = readdirSync(folder).filter((name) => name.endsWith('.cpuprofile'));
  return files
    .sort()
    .map((name) => paragraph(name, read(join(folder, name))))
    .join('\n\n');
}

function read(file: string): Profile {
  return JSON.parse(readFileSync(file, 'utf8')) as Profile;
}

function paragraph(name: string, profile: Profile): string {
  const self = selfTimes(profile);
  const total = sum(self.values());
  const [idle, native] = [self.get(IDLE) ?? 0, self.get(NATIVE) ?? 0];
  const busy = total - idle - native;
  const shares = `idle ${percent(idle / total)}, outside JavaScript ${percent(native / total)}`;
  const top = [...self]
    .filter(([place]) => place !== IDLE && place !== NATIVE)
    .sort(([, one], [, other]) => other - one)
    .slice(0, MAX_LINES);
  const lines = top.map(([place, time]) => `${percent(time / busy).padStart(9)}  ${place}`);
  return [`${name}: ${(total / MICROSECONDS).toFixed(1)} s, ${shares}; of the rest:`, ...lines].join('\n');
}

function selfTimes({ nodes, samples, timeDeltas }: Profile): ReadonlyMap<string, number> {
  const places = new Map(nodes.map((node) => [node.id, placeOf(node)]));
  const times = new Map<string, number>();
  samples.forEach((id, index) => {
    const place = places.get(id) ?? '?';
    times.set(place, (times.get(place) ?? 0) + (timeDeltas[index] ?? 0));
  });
  return times;
}

function placeOf({ callFrame }: Node): string {
  const { functionName, url, lineNumber } = callFrame;
  if (url === '') return functionName;
  const file = url.replace(/^.*\/(?=(?:node_modules|src|bots|cards|bench)\/)/, '');
  return `${functionName === '' ? '(anonymous)' : functionName} ${file}:${String(lineNumber + 1)}`;
}

function sum(values: Iterable<number>): number {
  let total = 0;
  for (const value of values) total += value;
  return total;
}

function percent(share: number): string {
  return `${(share * 100).toFixed(1)} %`;
}
