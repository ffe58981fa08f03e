/** Gates on one database with their peers, released together: what most end-to-end tests stand on. */
import { createDatabase, type DatabaseKind, type DatabasePlace } from '../setup/databases.js';
import { removeData, startGate, type GateOptions, type GateProcess } from './gate-process.js';
import { startPeers, type Peers } from './peers.js';
import { SITES } from './sites.js';

export interface House {
  readonly peers: Peers;
  readonly gates: readonly GateProcess[];
  /** The first gate. */
  readonly gate: GateProcess;
  readonly database: DatabasePlace;
  /** Starts a further process, or one that was killed: on its own data folder and ports again. */
  start(again?: GateProcess): Promise<GateProcess>;
  /** Starts a further process that differs from the first ones in this. */
  startWith(own: Pick<GateOptions, 'environment' | 'arguments' | 'main'>): Promise<GateProcess>;
  close(): Promise<void>;
}

export async function openHouse(
  kind: DatabaseKind,
  wish: {
    /** How many alike, 1 where absent; none where a test starts each by itself. */
    readonly processes?: number;
    readonly sites?: string;
    readonly environment?: Readonly<Record<string, string>>;
  } = {},
): Promise<House> {
  const database = await createDatabase(kind);
  const peers = await startPeers();
  const url = database.where.kind === 'postgres' ? { DATABASE_URL: database.where.url.revealText() } : {};
  const common: GateOptions = {
    sites: wish.sites ?? SITES,
    environment: { ...peers.environment, ...url, ...wish.environment },
  };
  const started: GateProcess[] = [];
  const kept = async (starting: Promise<GateProcess>): Promise<GateProcess> => {
    const gate = await starting;
    started.push(gate);
    return gate;
  };
  const start = (again?: GateProcess): Promise<GateProcess> =>
    kept(startGate(again === undefined ? common : { ...common, dataDir: again.dataDir, ports: again.ports }));
  const gates: GateProcess[] = [];
  const close = async (): Promise<void> => {
    for (const running of started) await running.stop();
    for (const { dataDir } of started) removeData(dataDir);
    await peers.close();
    await database.remove();
  };
  try {
    for (let number = 0; number < (wish.processes ?? 1); number += 1) gates.push(await start());
  } catch (error) {
    await close();
    throw error;
  }
  return {
    peers,
    gates,
    get gate() {
      const [first] = gates;
      if (first === undefined) throw new Error('a house without processes has no first one');
      return first;
    },
    database: database.where,
    start,
    startWith: (own) =>
      kept(startGate({ ...common, ...own, environment: { ...common.environment, ...own.environment } })),
    close,
  };
}
