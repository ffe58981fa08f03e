/** A ledger with a history, asked to live through new requests, one after the other. */
import { jsonLog } from '../../src/base/process/log.js';
import { openLedger } from '../../src/ledger/open.js';
import { median } from '../figure.js';
import { liveThrough } from '../fill/life.js';
import type { Lived, ToLive } from '../history/task.js';
import { nowMs } from '../load/consumers.js';

const [, , file = ''] = process.argv;
const MICROSECONDS_A_MS = 1_000;
const ledger = await openLedger({ kind: 'sqlite', file }, { log: jsonLog('warn', process.stderr) });

process.on('message', (task: ToLive) => void live(task).then((lived) => process.send?.(lived)));
process.on('disconnect', () => void ledger.close().then(() => process.exit(0)));

async function live({ first, requests }: ToLive): Promise<Lived> {
  const times: number[] = [];
  const before = process.cpuUsage();
  for (let number = first; number < first + requests; number += 1) {
    const startedMs = nowMs();
    await liveThrough(ledger, number);
    times.push(nowMs() - startedMs);
  }
  const { user, system } = process.cpuUsage(before);
  return { medianMs: median(times), processorMs: (user + system) / MICROSECONDS_A_MS / requests };
}
