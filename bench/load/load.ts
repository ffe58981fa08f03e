/** Load on one server: wrk where it is installed, autocannon otherwise. The same requests, whoever sends them. */
import { spawnSync } from 'node:child_process';
import { rmSync, writeFileSync, mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { LUA_BENCH_ADDRESS } from '../grants.js';
import { start } from '../processes.js';

export interface Load {
  readonly port: number;
  readonly path: string;
  readonly host: string;
  /** Every one of so many addresses is asked for, in no order, round and round. */
  readonly addresses: number;
}

export interface Measured {
  readonly requestsPerSecond: number;
  readonly p99Ms: number;
}

const CONNECTIONS = 64;
/** A prime: steps of this size visit every address of a round number of them before any comes again. */
const STEP = 7_919;
const hasWrk = spawnSync('wrk', ['--version']).error === undefined;

export async function measure(load: Load, seconds: number): Promise<Measured> {
  const folder = mkdtempSync(join(tmpdir(), 'gate-bench-load-'));
  try {
    const measured = hasWrk ? byWrk(load, { seconds, folder }) : byAutocannon(load, { seconds, folder });
    return await measured;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

interface Turn {
  readonly seconds: number;
  readonly folder: string;
}

async function byWrk(load: Load, { seconds, folder }: Turn): Promise<Measured> {
  const script = join(folder, 'load.lua');
  writeFileSync(script, luaOf(load));
  const url = `http://127.0.0.1:${String(load.port)}${load.path}`;
  const options = ['-t1', `-c${String(CONNECTIONS)}`, `-d${String(seconds)}s`, '-s', script, url];
  return readResult(await output(['wrk', ...options]));
}

/** All but the address is written once: a million requests held ready would not fit wrk's Lua. */
function luaOf({ host, addresses }: Load): string {
  return `${LUA_BENCH_ADDRESS}
local head, tail, at
function init()
  local whole = wrk.format("GET", nil, {["Host"]="${host}", ["X-Forwarded-For"]="@", ["X-Forwarded-Host"]="${host}"})
  head, tail = whole:match("^(.*)@(.*)$")
  at = 0
end
function request()
  at = (at + ${String(STEP)}) % ${String(addresses)}
  return head .. bench_address(at) .. tail
end
function done(summary, latency)
  local errors = summary.errors.connect + summary.errors.read + summary.errors.write + summary.errors.status + summary.errors.timeout
  print(string.format('RESULT {"requests":%d,"seconds":%f,"p99":%f,"errors":%d}', summary.requests, summary.duration / 1e6, latency:percentile(99) / 1e3, errors))
end
`;
}

/** autocannon runs in a process of its own too, or it would measure this one. */
async function byAutocannon(load: Load, { seconds, folder }: Turn): Promise<Measured> {
  const options = join(folder, 'load.json');
  writeFileSync(options, JSON.stringify({ ...load, connections: CONNECTIONS, seconds, step: STEP }));
  const script = new URL('./autocannon.js', import.meta.url).pathname;
  return readResult(await output([process.execPath, script, options]));
}

interface Result {
  readonly requests: number;
  readonly seconds: number;
  readonly p99: number;
  readonly errors: number;
}

/** A run with a single refused request measured something else: it ends the bench. */
function readResult(text: string): Measured {
  const line = /^RESULT (.*)$/m.exec(text)?.[1];
  if (line === undefined) throw new Error(`the load tool said nothing of use: ${text}`);
  const result = JSON.parse(line) as Result;
  if (result.errors > 0) throw new Error(`${String(result.errors)} requests failed or were not answered with a yes`);
  return { requestsPerSecond: result.requests / result.seconds, p99Ms: result.p99 };
}

function output(argv: readonly string[]): Promise<string> {
  return new Promise((resolve, reject) => {
    const child = start('load', argv, { stdio: ['ignore', 'pipe', 'inherit'] });
    let text = '';
    child.stdout?.on('data', (chunk: Buffer) => (text += chunk.toString()));
    child.on('error', reject);
    child.on('close', () => resolve(text));
  });
}
