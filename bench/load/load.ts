/** Load on one server: wrk where it is installed, autocannon otherwise. The same requests, whoever sends them. */
import { spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pinned } from '../start-server.js';

export interface Load {
  readonly port: number;
  readonly path: string;
  readonly host: string;
  /** One request each, round and round. */
  readonly addresses: readonly string[];
  readonly seconds: number;
}

export interface Measured {
  readonly requestsPerSecond: number;
  readonly p99Ms: number;
}

const CONNECTIONS = 64;
const hasWrk = spawnSync('wrk', ['--version']).error === undefined;
export const loadTool = hasWrk ? 'wrk' : 'autocannon';

export async function measure(load: Load): Promise<Measured> {
  const folder = mkdtempSync(join(tmpdir(), 'gate-bench-'));
  try {
    const measured = hasWrk ? await byWrk(load, join(folder, 'load.lua')) : await byAutocannon(load, folder);
    return measured;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

async function byWrk(load: Load, script: string): Promise<Measured> {
  writeFileSync(script, luaOf(load));
  const url = `http://127.0.0.1:${String(load.port)}${load.path}`;
  const options = ['-t1', `-c${String(CONNECTIONS)}`, `-d${String(load.seconds)}s`, '-s', script, url];
  return readResult(await run(pinned('load', ['wrk', ...options])));
}

/** Requests are built once: at run time wrk only picks the next. */
function luaOf(load: Load): string {
  const addresses = load.addresses.map((address) => `"${address}"`).join(',');
  return `
local addresses = {${addresses}}
local requests, at = {}, 0
function init()
  for i, address in ipairs(addresses) do
    requests[i] = wrk.format("GET", nil, {["Host"]="${load.host}", ["X-Forwarded-For"]=address, ["X-Forwarded-Host"]="${load.host}"})
  end
end
function request()
  at = at % #requests + 1
  return requests[at]
end
function done(summary, latency)
  local errors = summary.errors.connect + summary.errors.read + summary.errors.write + summary.errors.status + summary.errors.timeout
  print(string.format('RESULT {"requests":%d,"seconds":%f,"p99":%f,"errors":%d}', summary.requests, summary.duration / 1e6, latency:percentile(99) / 1e3, errors))
end
`;
}

/** autocannon runs in a process of its own too, or it would measure this one. */
async function byAutocannon(load: Load, folder: string): Promise<Measured> {
  const options = join(folder, 'load.json');
  writeFileSync(options, JSON.stringify({ ...load, connections: CONNECTIONS }));
  const script = new URL('./autocannon.js', import.meta.url).pathname;
  return readResult(await run(pinned('load', [process.execPath, script, options])));
}

interface Result {
  readonly requests: number;
  readonly seconds: number;
  readonly p99: number;
  readonly errors: number;
}

/** A run with a single refused request measured something else: it ends the bench. */
function readResult(output: string): Measured {
  const line = /^RESULT (.*)$/m.exec(output)?.[1];
  if (line === undefined) throw new Error(`the load tool said nothing of use: ${output}`);
  const result = JSON.parse(line) as Result;
  if (result.errors > 0) throw new Error(`${String(result.errors)} requests failed or were not answered with a yes`);
  return { requestsPerSecond: result.requests / result.seconds, p99Ms: result.p99 };
}

function run([command = '', ...args]: readonly string[]): Promise<string> {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { stdio: ['ignore', 'pipe', 'inherit'] });
    let output = '';
    child.stdout.on('data', (chunk: Buffer) => (output += chunk.toString()));
    child.on('error', reject);
    child.on('close', () => resolve(output));
  });
}
