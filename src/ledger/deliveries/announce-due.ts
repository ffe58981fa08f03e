/** Tells couriers, in whichever process they run, that deliveries of these carriers may be due now. */
import type { Change } from '../../contract/ledger.js';
import { announce, type Program } from '../program.js';

export function* announceDue(carriers: readonly string[]): Program<void> {
  const change: Change = { kind: 'due', carriers: [...new Set(carriers)].sort() };
  if (change.carriers.length > 0) yield* announce(change);
}
