/** The worker thread in which SQLite lives: an fsync in the main thread would stop every check. */
import { parentPort, receiveMessageOnPort, workerData, type MessagePort } from 'node:worker_threads';
import { systemClock } from '../../base/clock.js';
import { holdLock } from './lock.js';
import { keepLog } from './checkpoints.js';
import { serve } from './serve.js';
import { openSqliteSource } from './source.js';
import { failureOf, type FromWorker, type ToWorker, type WorkerStart } from './wire.js';

if (parentPort === null) throw new Error('this file is a worker thread');
await start(parentPort, workerData as WorkerStart);

async function start(port: MessagePort, { file }: WorkerStart): Promise<void> {
  try {
    await open(port, file);
    tell(port, [{ kind: 'ready' }]);
  } catch (error) {
    tell(port, [{ kind: 'refused', failure: failureOf(error) }]);
    port.close();
  }
}

async function open(port: MessagePort, file: string): Promise<void> {
  const letGo = holdLock(file);
  const { source, connection } = await openSqliteSource(file);
  await source.runMigrations({ transaction: 'all' });
  const clock = systemClock();
  const log = keepLog(connection, clock);
  const answer = serve(connection, {
    next: () => (receiveMessageOnPort(port) as { readonly message: ToWorker } | undefined)?.message,
    tell: (told) => tell(port, told),
    close() {
      log.stop();
      connection.pragma('wal_checkpoint(TRUNCATE)');
      void source.destroy().then(() => {
        letGo();
        port.close();
      });
    },
    idle: log.whenIdle,
    clock,
  });
  port.on('message', answer);
}

function tell(port: MessagePort, told: FromWorker): void {
  port.postMessage(told);
}
