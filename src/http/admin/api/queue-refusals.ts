/** Why an operator may not do something to a delivery, in a code and a sentence: the same over the API and on the page. */
import type { QueueRefused, RemoveRefusal } from '../../../contract/operators-queue.js';
import type { CancelRefusal, RedriveRefusal } from '../../../contract/ledger.js';
import { refusal, type Refusal } from '../../shared/reply.js';

type Why = RedriveRefusal | CancelRefusal | RemoveRefusal | 'sealed';

export const UNKNOWN_DELIVERY = refusal(404, 'unknown_delivery', 'There is no such delivery.');

const REFUSALS: Readonly<Record<Exclude<Act, 'unknown'>, string>> = {
  'retry not_ended': 'It has neither failed nor been cancelled, so there is nothing to send again.',
  'retry already_redriven': 'It was sent again already, as another delivery.',
  'retry request_over': 'Its request is decided or its time is over: a card of it would ask for nothing.',
  'retry message_over':
    'Its time is over: a link to sign in by works no longer. Whoever waited for it asks for a new one.',
  'retry payload_erased': 'What the message said is erased, or its time is over: it cannot be sent again.',
  'retry token_erased': 'The token is erased by which the producer knows its request: it cannot be told again.',
  'retry sealed': 'No key of GATE_SECRET opens it: put the former key back, beside the new one.',
  'cancel ended': 'It was sent, has failed or was cancelled: there is nothing to cancel.',
  'cancel already_there': 'The card is with its recipient and only to be redrawn, which is not cancelled.',
  'delete not_ended': 'It waits or is being sent: cancel it first.',
  'delete still_needed':
    'The card is with its recipient and is redrawn when its request is decided and when its grant ends: until then it stays.',
};

type Act =
  | `retry ${Exclude<RedriveRefusal, 'unknown'> | 'sealed'}`
  | `cancel ${Exclude<CancelRefusal, 'unknown'>}`
  | `delete ${Exclude<RemoveRefusal, 'unknown'>}`
  | 'unknown';

export function retryRefusal({ reason, redrivenAs = null }: QueueRefused<RedriveRefusal | 'sealed'>): Refusal {
  if (reason === 'unknown') return UNKNOWN_DELIVERY;
  const as = redrivenAs === null ? '' : ` It is ${redrivenAs}.`;
  return no(reason, `${REFUSALS[`retry ${reason}`]}${as}`);
}

export function cancelRefusal({ reason }: QueueRefused<CancelRefusal>): Refusal {
  return reason === 'unknown' ? UNKNOWN_DELIVERY : no(reason, REFUSALS[`cancel ${reason}`]);
}

export function removeRefusal({ reason }: QueueRefused<RemoveRefusal>): Refusal {
  return reason === 'unknown' ? UNKNOWN_DELIVERY : no(reason, REFUSALS[`delete ${reason}`]);
}

function no(reason: Why, sentence: string): Refusal {
  return refusal(409, reason, sentence);
}
