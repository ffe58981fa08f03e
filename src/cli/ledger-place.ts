/** Where the ledger of this folder and environment lies. Relative paths lie in the folder. */
import { resolve } from 'node:path';
import type { Config } from '../config/config.js';
import { embeddedFile } from '../contract/channel.js';
import { ledgerPlace, type LedgerPlace } from '../ledger/place.js';
import type { Surroundings } from './surroundings.js';

export function ledgerPlaceHere(
  { dataDir, databaseUrl }: Pick<Config, 'dataDir' | 'databaseUrl'>,
  { folder, channels }: Pick<Surroundings, 'folder' | 'channels'>,
): LedgerPlace {
  return ledgerPlace({ dataDir: resolve(folder, dataDir), databaseUrl }, embeddedFile(channels));
}
