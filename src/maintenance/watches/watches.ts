/** Asks the peers of channels what became of what they had accepted, each channel by itself, one process for all. */
import type { OpenChannel } from '../../contract/channel.js';
import type { ReportHandler } from '../../contract/inbound.js';
import type { DeliveryLedger, Ledger } from '../../contract/ledger.js';
import type { WatchHandlers } from '../../contract/watching.js';
import { leasedTurns, type LeasedTurns, type TurnDeps } from '../leased-turns.js';

type ChannelName = Parameters<DeliveryLedger['accepted']>[0]['transport'];

const FIRST_AFTER_MS = 2_000;
const PAUSE_MS = 20;

export interface WatchesDeps extends Omit<TurnDeps, 'leases'> {
  readonly ledger: { readonly deliveries: Pick<DeliveryLedger, 'accepted' | 'confirmSent'> } & Pick<Ledger, 'leases'>;
  readonly reports: ReportHandler;
  /** Before the first turn; 2 s where absent. */
  readonly firstAfterMs?: number;
}

export function createWatches(
  opened: ReadonlyMap<ChannelName, Pick<OpenChannel, 'watching'>>,
  { ledger, reports, firstAfterMs = FIRST_AFTER_MS, ...deps }: WatchesDeps,
): LeasedTurns {
  const { deliveries, leases } = ledger;
  const all = [...opened].flatMap(([channel, { watching }]) => {
    if (watching === undefined) return [];
    const handlers: WatchHandlers = {
      report: (told) => reports.report(told),
      accepted: (page) => deliveries.accepted({ ...page, transport: channel }),
      confirmSent: (input) => deliveries.confirmSent(input),
    };
    const { everyMs } = watching;
    const work = { name: `watch:${channel}`, firstAfterMs, everyMs, pauseMs: PAUSE_MS };
    const isDue = (): Promise<boolean> => watching.isDue(handlers);
    return [leasedTurns({ ...work, isDue, turn: (turn) => watching.look(handlers, turn) }, { leases, ...deps })];
  });
  return {
    start() {
      for (const one of all) one.start();
    },
    async stop() {
      await Promise.all(all.map((one) => one.stop()));
    },
  };
}
