/** Sums up a CPU profile in a few lines: where the thread spent its time, by share. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

interface Node {
  readonly id: number;
  readonly callFrame: { readonly functionName: string; readonly url: string; readonly lineNumber: number };
  readonly children?: readonly number[];
}

interface Profile {
  readonly nodes: readonly Node[];
  readonly samples: readonly number[];
  readonly timeDeltas: readonly number[];
}

type Times = ReadonlyMap<string, number>;

const MAX_LINES = 10;
const MICROSECONDS = 1e6;
const IDLE = '(idle)';
/** The loop's own work, system calls it makes, and waiting for the core. */
const NATIVE = '(program)';
/** The product's own rooms. */
const OURS = /^[\w<>(). ]+ (?:src|bots|cards)\//;

/** One paragraph a profile in the folder. */
export function profileSummary(folder: string): string {
  const files = readdirSync(folder).filter((name) => name.endsWith('.cpuprofile'));
  const profiles = files.sort().map((name) => paragraph(name, read(join(folder, name))));
  return profiles.join('\n\n');
}

function read(file: string): Profile {
  return JSON.parse(readFileSync(file, 'utf8')) as Profile;
}

function paragraph(name: string, profile: Profile): string {
  const selfById = selfTimes(profile);
  const self = byPlace(profile, (node) => selfById.get(node.id) ?? 0);
  const total = sum(self.values());
  const [idle, native] = [self.get(IDLE) ?? 0, self.get(NATIVE) ?? 0];
  const busy = total - idle - native;
  const shares = `idle ${percent(idle / total)}, outside JavaScript ${percent(native / total)}`;
  const itself = top(self, busy, (place) => place !== IDLE && place !== NATIVE);
  const whole = top(wholeTimes(profile, selfById), busy, (place) => OURS.test(place));
  const head = `${name}: ${(total / MICROSECONDS).toFixed(1)} s, ${shares}. Of the rest, by itself:`;
  return [head, ...itself, '  and of our own, with all they call:', ...whole].join('\n');
}

function top(times: Times, busy: number, isShown: (place: string) => boolean): readonly string[] {
  const shown = [...times].filter(([place]) => isShown(place)).sort(([, one], [, other]) => other - one);
  return shown.slice(0, MAX_LINES).map(([place, time]) => `${percent(time / busy).padStart(9)}  ${place}`);
}

function selfTimes({ samples, timeDeltas }: Profile): ReadonlyMap<number, number> {
  const times = new Map<number, number>();
  samples.forEach((id, index) => times.set(id, (times.get(id) ?? 0) + (timeDeltas[index] ?? 0)));
  return times;
}

function byPlace({ nodes }: Profile, timeOf: (node: Node) => number): Times {
  const times = new Map<string, number>();
  for (const node of nodes) times.set(placeOf(node), (times.get(placeOf(node)) ?? 0) + timeOf(node));
  return times;
}

/** What each place and everything under it took. A place that calls itself counts once. */
function wholeTimes(profile: Profile, self: ReadonlyMap<number, number>): Times {
  const byId = new Map(profile.nodes.map((node) => [node.id, node]));
  const times = new Map<string, number>();
  const walk = (node: Node, above: ReadonlySet<string>): number => {
    const place = placeOf(node);
    const under = new Set([...above, place]);
    const children = (node.children ?? []).flatMap((id) => byId.get(id) ?? []);
    const whole = children.reduce((time, child) => time + walk(child, under), self.get(node.id) ?? 0);
    if (!above.has(place)) times.set(place, (times.get(place) ?? 0) + whole);
    return whole;
  };
  const [root] = profile.nodes;
  if (root !== undefined) walk(root, new Set());
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
