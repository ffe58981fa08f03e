/** Why an operator's act on failures, suppressions or pauses changed nothing, in words. */
import type { PauseRefusal } from '../../../contract/operators-failures.js';
import { refusal, type Refusal } from '../../shared/reply.js';

export const UNKNOWN_FAILURE = refusal(
  404,
  'unknown_failure',
  'There is no failure by this id. It may be resolved, or its days are over.',
);
export const NO_MAIL_ADDRESS = refusal(400, 'bad_body', 'address must be a mail address.');
export const NOT_SUPPRESSED = refusal(404, 'not_suppressed', 'Mails go to this address: it is not suppressed.');
export const BAD_CURSOR = refusal(400, 'bad_query', 'cursor must be the next of a page.');

/** `channels`: those that there are. */
export function pauseRefusal(reason: PauseRefusal, channels: readonly string[]): Refusal {
  switch (reason) {
    case 'unknown_channel':
      return refusal(404, reason, `There is no such channel. There are ${channels.join(', ')}.`);
    case 'already_paused':
      return refusal(409, reason, 'An operator has paused it already.');
    case 'not_paused':
      return refusal(409, reason, 'It is not paused.');
  }
}
