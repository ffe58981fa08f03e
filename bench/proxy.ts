/** A proxy that asks the gate before it answers, beside the same proxy asking a bare server. */
import { pairedRatio, type Figure } from './figure.js';
import { BENCH_SITE } from './grants.js';
import { measure } from './load/load.js';
import type { Running } from './processes.js';
import { interleaved, medianOf, type Contender } from './rounds.js';
import type { Run } from './run.js';
import { startServer, type Started } from './start-server.js';

/** A proxy that listens. */
export interface Proxy extends Running {
  readonly port: number;
}

export interface Proxying {
  /** The bench's name. */
  readonly name: string;
  /** What the proxy calls asking: `nginx auth_request`. */
  readonly asking: string;
  /** On the servers' core. It believes the load tool's X-Forwarded-For, so that addresses are spread. */
  readonly start: (authPort: number) => Promise<Proxy>;
}

const GRANTS = 1_000;

export async function measureProxy(proxying: Proxying, run: Run): Promise<readonly Figure[]> {
  const servers = [await startServer('bare'), await startServer('gate', String(GRANTS))];
  const proxies: Proxy[] = [];
  try {
    for (const { port } of servers) proxies.push(await proxying.start(port));
    const [bare, gate] = [`${proxying.asking} to bare node:http 204`, `${proxying.asking} to the gate`];
    const contenders = [bare, gate].map((name, at) => contender(name, { proxy: proxies[at], server: servers[at] }));
    const medians = await interleaved(contenders, run);
    const [ours, theirs] = [medianOf(medians, gate), medianOf(medians, bare)];
    return [
      {
        bench: proxying.name,
        case: gate,
        value: ours.requestsPerSecond,
        unit: 'req/s',
        against: bare,
        beside: theirs.requestsPerSecond,
        ratio: pairedRatio(ours.rounds, theirs.rounds),
        target: { atLeast: 0.85 },
        busy: { value: ours.busy, beside: theirs.busy },
      },
    ];
  } finally {
    await Promise.all([...proxies, ...servers].map((running) => running.stop()));
  }
}

function contender(name: string, of: { proxy: Proxy | undefined; server: Started | undefined }): Contender {
  const { proxy, server } = of;
  if (proxy === undefined || server === undefined) throw new Error('every server has its proxy');
  const load = { port: proxy.port, path: '/', host: BENCH_SITE, addresses: GRANTS };
  return { name, measure: (seconds) => measure(load, seconds), pids: [proxy.pid, server.pid] };
}
