/** From a claim of a message without a request to the call that carries it out: opens its payload and hands it to the channel. */
import { PAYLOAD_PURPOSE } from '../../approval/seal-purpose.js';
import type { Encryption } from '../../base/crypto/encryption.js';
import type { MessageClaim, MessageContent } from '../../contract/ledger.js';
import type { Notifier } from '../../contract/notifier.js';
import { attemptOf, type Drawn } from './draw.js';

/** A message is drawn once, and has no revisions. */
const REVISION = 0;

export function drawMessage(claim: MessageClaim, notifier: Notifier, encryption: Pick<Encryption, 'open'>): Drawn {
  const { deliveryId, kind, recipient, route, isMaybeThere } = claim;
  const way = { ...(route === undefined ? {} : { route }), ...(isMaybeThere ? { isMaybeThere } : {}) };
  const attempt = attemptOf(claim);
  const { send } = notifier;
  if (send === undefined) return { kind: 'impossible', reason: 'kind_not_carried' };
  const content = openPayload(claim, encryption);
  if (content === null) return { kind: 'impossible', reason: 'payload_unreadable' };
  return {
    kind: 'call',
    revision: REVISION,
    call: (signal) => send({ deliveryId, attempt, kind, recipient, content, ...way }, signal),
  };
}

/** Null where it was erased, or no key of `GATE_SECRET` opens it. */
function openPayload(claim: MessageClaim, encryption: Pick<Encryption, 'open'>): MessageContent | null {
  const { deliveryId, sealedPayload } = claim;
  const json = sealedPayload === null ? null : encryption.open(PAYLOAD_PURPOSE, deliveryId, sealedPayload);
  return json === null ? null : (JSON.parse(json) as MessageContent);
}
