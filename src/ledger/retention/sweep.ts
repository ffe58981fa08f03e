/** Sweeps by their names. Each is one small batch: a read that holds nothing, then one guarded statement. */
import { never } from '../../base/never.js';
import type { Swept, SweepWish } from '../../contract/ledger.js';
import type { Program } from '../program.js';
import { sweepAddresses, sweepPeople } from './audit.js';
import { sweepAttempts, sweepDeadLetters, sweepWindows } from './by-key.js';
import { sweepOver } from './ended.js';
import { eraseRequests, sweepRequests } from './requests.js';

export function sweep(wish: SweepWish): Program<Swept> {
  switch (wish.what) {
    case 'requests':
      return sweepRequests(wish);
    case 'request_addresses':
      return eraseRequests(wish);
    case 'attempts':
      return sweepAttempts(wish);
    case 'dead_letters':
      return sweepDeadLetters(wish);
    case 'windows':
      return sweepWindows(wish);
    case 'audit_addresses':
      return sweepAddresses(wish);
    case 'audit_people':
      return sweepPeople(wish);
    case 'grants_over':
    case 'grants_revoked':
    case 'replays':
    case 'mutes':
    case 'link_codes':
    case 'sign_in_links':
    case 'sessions':
      return sweepOver(wish.what, wish);
    default:
      return never(wish.what);
  }
}
