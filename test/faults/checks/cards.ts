/** Every card is final, or `gate doctor` lists it; and a person sees one twice only where the delivery says so. */
import { MAX_LOOKED_AT } from '../../../src/compose/doctor/card-checks.js';
import type { DeliveryRow } from '../../../src/ledger/tables/deliveries.js';
import type { RequestRow } from '../../../src/ledger/tables/requests.js';
import { CALLBACK_PATH } from '../sites.js';
import type { Check, Evidence } from './evidence.js';
import { shown } from './shown.js';

/** A card that still asks although its request has ended must be one that `gate doctor` lists. */
export const finishesCards: Check = ({ rows, fakes }) => {
  const requests = new Map<string, RequestRow>(rows.requests.map((request) => [request.id, request]));
  const deliveries = new Map(rows.deliveries.map((delivery) => [delivery.id, delivery]));
  return shown(fakes, rows).flatMap(({ channel, deliveryId, asks }) => {
    const delivery = deliveries.get(deliveryId);
    if (delivery === undefined) return [`${channel} shows a card of a delivery that is not there: ${deliveryId}`];
    const request = requests.get(delivery.request_id ?? '');
    const isOver = request !== undefined && request.outcome !== null;
    if (!asks || !isOver || isListed(delivery, request) || delivery.is_maybe_duplicate === 1) return [];
    return [
      `${channel} goes on asking about ${request.address}, ${request.outcome}: ${told(delivery)}, ${tried(delivery, rows)}`,
    ];
  });
};

/** A delivery that counts as sent was seen by somebody. */
export const sendsWhatItCallsSent: Check = ({ rows, fakes }) => {
  const seen = new Set(shown(fakes, rows).map(({ deliveryId }) => deliveryId));
  for (const { messageId } of fakes.smtp.mails()) seen.add(messageId.replace(/^<|@.*$/g, ''));
  for (const { headers } of fakes.callbacks.taken(CALLBACK_PATH)) seen.add(String(headers['webhook-id']));
  return rows.deliveries
    .filter(({ state, id }) => state === 'sent' && !seen.has(id))
    .map((delivery) => `nobody ever saw ${told(delivery)}`);
};

/** A card that is behind must be due again, and `gate doctor` must count exactly the cards that are not final. */
export const listsWhatIsUnfinished: Check = ({ rows, listedByDoctor }) => {
  const requests = new Map<string, RequestRow>(rows.requests.map((request) => [request.id, request]));
  const unlisted = rows.deliveries.filter(
    (delivery) => isBehind(delivery, requests.get(delivery.request_id ?? '')) && delivery.due_at === null,
  );
  const listed = rows.deliveries.filter((delivery) =>
    isListed(delivery, requests.get(delivery.request_id ?? '')),
  ).length;
  return [
    ...unlisted.map((delivery) => `${told(delivery)} is behind and nothing will be done about it`),
    ...listedByDoctor
      .filter((count) => count !== Math.min(listed, MAX_LOOKED_AT))
      .map((count) => `gate doctor lists ${String(count)} cards where ${String(listed)} are not final`),
  ];
};

export const doublesOnlyWhatIsMarked: Check = ({ rows, fakes }) => {
  const counts = new Map<string, number>();
  for (const { deliveryId } of shown(fakes, rows)) counts.set(deliveryId, (counts.get(deliveryId) ?? 0) + 1);
  return rows.deliveries
    .filter(({ id, is_maybe_duplicate }) => (counts.get(id) ?? 0) > 1 && is_maybe_duplicate === 0)
    .map((delivery) => `${told(delivery)} is shown ${String(counts.get(delivery.id))} times and is not marked`);
};

/** Each outcome of a producer's request was told, and told as it is. */
export const tellsProducers: Check = ({ rows, fakes }) => {
  const told = new Map(
    fakes.callbacks.taken(CALLBACK_PATH).map(({ headers, json }) => [String(headers['webhook-id']), json]),
  );
  return rows.requests.flatMap((request) => {
    if (request.outcome === null || request.callback === null) return [];
    const callback = rows.deliveries.find(({ request_id, kind }) => request_id === request.id && kind === 'callback');
    if (callback === undefined) return [`nobody is to tell the producer of request ${request.id}`];
    if (callback.state !== 'sent') return [];
    const said = JSON.stringify(told.get(callback.id) ?? null);
    return said.includes(request.outcome)
      ? []
      : [`the producer of ${request.id}, ${request.outcome}, was told ${said}`];
  });
};

/** A wait that is far from its end is no reason to give up. */
export const givesUpOnlyInTime: Check = ({ rows }) => {
  const failed = new Set(rows.deliveries.filter(({ state }) => state === 'failed').map(({ id }) => id));
  const giveUp = new Map(rows.deliveries.map((delivery) => [delivery.id, delivery]));
  return rows.attempts.flatMap(({ delivery_id, outcome, reason, ended_at }) => {
    const delivery = giveUp.get(delivery_id);
    const isPassing = /^(http_5\d\d|timeout|aborted|.*reset.*|answer_\w+|ECONN\w+|.*unreach.*)$/i.test(reason ?? '');
    if (!failed.has(delivery_id) || outcome !== 'failed' || !isPassing || delivery === undefined) return [];
    const leftMs = delivery.give_up_at - (ended_at ?? 0);
    return leftMs < 60_000
      ? []
      : [`${told(delivery)} was given up ${String(leftMs)} ms before its time: ${reason ?? ''}`];
  });
};

function isListed(delivery: DeliveryRow, request: RequestRow | undefined): boolean {
  if (delivery.due_at !== null) return true;
  if (delivery.state !== 'failed') return false;
  return delivery.receipt !== null || delivery.kind === 'callback' || request?.outcome === null;
}

function isBehind(delivery: DeliveryRow, request: RequestRow | undefined): boolean {
  if (delivery.kind !== 'card' || request === undefined) return false;
  return delivery.state === 'sent'
    ? delivery.drawn_revision < request.revision
    : delivery.state !== 'cancelled' && delivery.state !== 'failed';
}

/** `notify 1 unknown, notify 2 retry`. */
function tried({ id }: DeliveryRow, { attempts }: Evidence['rows']): string {
  const own = attempts.filter(({ delivery_id }) => delivery_id === id).sort((one, other) => one.id - other.id);
  return own
    .map(({ task, attempt, outcome, reason }) => `${task} ${String(attempt)} ${outcome ?? 'open'} ${reason ?? ''}`)
    .join(', ');
}

function told({ id, channel, state, last_reason }: DeliveryRow): string {
  return `delivery ${id} over ${channel} (${state}, ${last_reason ?? 'no reason'})`;
}
