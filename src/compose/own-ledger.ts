/** The ledger of this configuration: opened and migrated, checked to be writable and to belong to this `GATE_SECRET`. */
import { mkdirSync } from 'node:fs';
import type { Log } from '../base/log.js';
import type { Sealer } from '../base/sealer.js';
import type { Config } from '../config/config.js';
import type { Ledger } from '../contract/ledger.js';
import { openLedger } from '../ledger/open.js';
import { ledgerPlace } from '../ledger/place.js';
import { StartRefused } from './start-refused.js';

export async function openOwnLedger(
  config: Config,
  { sealer, log }: { readonly sealer: Sealer; readonly log: Log },
): Promise<Ledger> {
  mkdirSync(config.dataDir, { recursive: true, mode: 0o700 });
  const ledger = await openLedger(ledgerPlace(config), { log });
  try {
    const canary = await ledger.canary(sealer.seal('canary', 'gate', 'koder-gate'));
    if (sealer.open('canary', 'gate', canary) !== null) return ledger;
    throw new StartRefused(
      'GATE_SECRET does not open what this database holds. Put the former key back, beside the new one: GATE_SECRET=<new>,<former>.',
    );
  } catch (error) {
    await ledger.close();
    throw error;
  }
}
