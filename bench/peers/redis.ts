/** A Redis of our own in a new folder, which syncs its log as a bench wants it. */
import { accepting, freePort } from '../../test/fixtures/network/ports.js';
import { running, start, type Running } from '../processes.js';
import { scratch } from '../scratch.js';
import { requireCommand } from './peer.js';

/** `always` syncs before it answers, as SQLite `FULL` does; `everysec` may lose a second, as `NORMAL` may. */
export type AppendFsync = 'always' | 'everysec';

export interface Redis extends Running {
  readonly port: number;
}

const COMMAND = 'redis-server';

export function requireRedis(): void {
  requireCommand(COMMAND, COMMAND);
}

export async function startRedis(appendFsync: AppendFsync): Promise<Redis> {
  const { folder, remove } = scratch('redis');
  const port = await freePort();
  const settings = {
    port: String(port),
    bind: '127.0.0.1',
    dir: folder,
    appendonly: 'yes',
    appendfsync: appendFsync,
    save: '',
    // as BullMQ asks for it: a job that was pushed out would be lost
    'maxmemory-policy': 'noeviction',
    loglevel: 'warning',
  };
  const options = Object.entries(settings).flatMap(([name, value]) => [`--${name}`, value]);
  const redis = running(start('server', [COMMAND, ...options], { stdio: ['ignore', 'ignore', 'inherit'] }));
  await accepting(port, 'Redis');
  return { ...redis, port, stop: () => redis.stop().finally(remove) };
}
