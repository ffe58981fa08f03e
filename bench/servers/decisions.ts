/** Our side of "decisions a second": the ledger, asked for decisions, each with its grant, audit, cards, slots and callback. */
import type { RequestId } from '../../src/approval/brand.js';
import { systemRandom } from '../../src/base/crypto/random.js';
import { jsonLog } from '../../src/base/process/log.js';
import { openLedger } from '../../src/ledger/open.js';
import type { Decided, ToDecide } from '../decisions/task.js';
import { placeOf } from '../decisions/task.js';
import { BENCH_APPROVER, PEER_TRANSPORT } from '../directory.js';
import { inFlight } from '../load/call.js';
import { nowMs } from '../load/consumers.js';

const [, , where = ''] = process.argv;
const random = systemRandom();
const ledger = await openLedger(placeOf(where), { log: jsonLog('warn', process.stderr) });

process.on('message', (task: ToDecide) => void decideAll(task).then((decided) => process.send?.(decided)));
process.on('disconnect', () => void ledger.close().then(() => process.exit(0)));

async function decideAll({ ids, atOnce }: ToDecide): Promise<Decided> {
  const startedMs = nowMs();
  await inFlight(ids.length, atOnce, (index) => decideOne(ids[index] as RequestId));
  return { tookMs: nowMs() - startedMs };
}

async function decideOne(id: RequestId): Promise<void> {
  const outcome = await ledger.requests.decide({
    ref: { by: 'id', id },
    tapId: random.hex(8),
    outcome: 'approved',
    by: BENCH_APPROVER,
    surface: 'page',
    callbackTransport: PEER_TRANSPORT,
    ttlSeconds: null,
    denial: null,
  });
  if (outcome.kind !== 'decided') throw new Error(`a decision of the bench was answered ${outcome.kind}`);
}
