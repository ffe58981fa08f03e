/** The ledger of this configuration: opened and migrated, checked to be writable and to belong to this `GATE_SECRET`. */
import { makeFolder } from '../base/process/make-folder.js';
import type { Encryption } from '../base/crypto/encryption.js';
import type { Config } from '../config/config.js';
import { embeddedFile } from '../contract/channel.js';
import type { Ledger } from '../contract/ledger.js';
import { openLedger } from '../ledger/open.js';
import { ledgerPlace } from '../ledger/place.js';
import type { ServeDeps } from './serve-deps.js';
import { StartRefused } from './start-refused.js';

export async function openOwnLedger(
  config: Config,
  { encryption, channels, log }: { readonly encryption: Encryption } & Pick<ServeDeps, 'channels' | 'log'>,
): Promise<Ledger> {
  makeFolder(config.dataDir);
  const ledger = await openLedger(ledgerPlace(config, embeddedFile(channels)), { log });
  try {
    const canary = await ledger.canary(encryption.seal('canary', 'gate', 'koder-gate'));
    if (encryption.open('canary', 'gate', canary) !== null) return ledger;
    throw new StartRefused(
      'GATE_SECRET does not open what this database holds. Put the former key back, beside the new one: GATE_SECRET=<new>,<former>.',
    );
  } catch (error) {
    await ledger.close();
    throw error;
  }
}
