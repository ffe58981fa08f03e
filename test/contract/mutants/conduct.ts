/** Liars about conduct: the answer is honest, the way there is not. */
import type { Token } from '../../../src/approval/brand.js';
import type { CardView } from '../../../src/approval/card-view.js';
import type { Notice } from '../../../src/contract/notifier.js';
import { withNotify, type Mutant } from './mutant.js';

export const ignoresItsSignal: Mutant = (honest) =>
  withNotify(honest, async (notice, signal) => {
    const answer = await honest.notify(notice, signal);
    // Honest code has stopped by now: hold on as one that never looked at its signal would.
    return signal.aborted ? new Promise(() => undefined) : answer;
  });

export const retriesByItself: Mutant = (honest) =>
  withNotify(honest, async (notice, signal) => {
    const first = await honest.notify(notice, signal);
    return 'receipt' in first ? first : honest.notify(notice, signal);
  });

/** Whatever the platform takes for a key: the delivery's id, or (the RFC's consumers) the token; and every attempt is its first. */
export const picksANewKeyEachTime: Mutant = (honest) => {
  let calls = 0;
  return withNotify(honest, (notice, signal) => {
    calls += 1;
    const { card } = notice;
    const state =
      card.state.kind === 'pending'
        ? { ...card.state, token: `${card.state.token.slice(0, -1)}${String(calls)}` as Token }
        : card.state;
    return honest.notify(
      { ...notice, attempt: 1, deliveryId: `${notice.deliveryId}${String(calls)}`, card: { ...card, state } },
      signal,
    );
  });
};

export const logsTheToken: Mutant = (honest, log) =>
  withNotify(honest, (notice, signal) => {
    const { state } = notice.card;
    log.debug('sending', { token: state.kind === 'pending' ? state.token : notice.producerToken });
    return honest.notify(notice, signal);
  });

export const logsThePayload: Mutant = (honest, log) =>
  withNotify(honest, (notice, signal) => {
    log.debug('sending', { body: notice.card.userAgent });
    return honest.notify(notice, signal);
  });

export const saysNothingOfTheVisitor: Mutant = (honest) =>
  redrawing(honest, (card) => ({ ...card, address: '0.0.0.0', country: null }));

export const sendsAlthoughAborted: Mutant = (honest) =>
  withNotify(honest, (notice) => honest.notify(notice, new AbortController().signal));

export const leadsElsewhere: Mutant = (honest) =>
  redrawing(honest, (card) => linkedTo(card, 'https://elsewhere.example/'));

/** The visitor's words end up where the trusted link belongs. */
export const linksVisitorsWords: Mutant = (honest) =>
  redrawing(honest, (card) => linkedTo(card, `https://gate.example.org/${encodeURIComponent(card.path)}`));

export const misstatesWhereItDecides: Mutant = (honest) => {
  const decides = honest.traits.decides === 'in-chat' ? 'by-link' : 'in-chat';
  return {
    ...withNotify(honest, (notice, signal) => honest.notify(notice, signal)),
    traits: { ...honest.traits, decides },
  };
};

function redrawing(honest: Parameters<Mutant>[0], redraw: (card: CardView) => CardView): ReturnType<Mutant> {
  return withNotify(honest, (notice: Notice, signal) =>
    honest.notify({ ...notice, card: redraw(notice.card) }, signal),
  );
}

function linkedTo(card: CardView, confirmUrl: string): CardView {
  return card.state.kind === 'pending' ? { ...card, state: { ...card.state, confirmUrl } } : card;
}
