/** Sweeps by their names. Each is one small batch: a read that holds nothing, then one guarded statement. */
import { never } from '../../../base/process/never.js';
import type { Swept, SweepInput } from '../../../contract/ledger.js';
import type { UnitOfWork } from '../../unit-of-work.js';
import { sweepAddresses, sweepPeople } from './audit.js';
import { sweepAttempts, sweepDeadLetters, sweepWindows } from './by-key.js';
import { sweepOver } from './ended.js';
import { sweepMessages } from './messages.js';
import { eraseRequests, sweepRequests } from './requests.js';

export function sweep(input: SweepInput): UnitOfWork<Swept> {
  switch (input.what) {
    case 'requests':
      return sweepRequests(input);
    case 'request_addresses':
      return eraseRequests(input);
    case 'messages':
      return sweepMessages(input);
    case 'attempts':
      return sweepAttempts(input);
    case 'dead_letters':
      return sweepDeadLetters(input);
    case 'windows':
      return sweepWindows(input);
    case 'audit_addresses':
      return sweepAddresses(input);
    case 'audit_people':
      return sweepPeople(input);
    case 'producer_mails':
    case 'grants_over':
    case 'grants_revoked':
    case 'replays':
    case 'mutes':
    case 'failures':
    case 'suppressions':
    case 'link_codes':
    case 'sign_in_links':
    case 'mailed_links':
    case 'enrolments':
    case 'sign_in_states':
    case 'attempt_windows':
    case 'challenges':
    case 'access_tokens':
    case 'sessions':
    case 'handoffs':
    case 'handed_out':
    case 'rollup_minutes':
    case 'rollup_hours':
    case 'rollup_days':
    case 'rollup_marks':
      return sweepOver(input.what, input);
    default:
      return never(input.what);
  }
}
