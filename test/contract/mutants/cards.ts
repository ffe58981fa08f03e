/** Liars among dialects: a real one, shown another view than it was given, or its drawing altered afterwards. */
import type { CardState, CardView } from '../../../src/approval/card-view.js';
import type { Decision } from '../../../src/approval/request.js';
import { CONFIRM_URL, TOKEN } from '../../fixtures/cards/adaptive-cases.js';
import type { Drawing, Fact, Mutant } from '../cards/case.js';

const OTHER_FACTS: Readonly<Record<Fact, Partial<CardView>>> = {
  host: { host: 'elsewhere.example' },
  path: { path: '/elsewhere' },
  address: { address: '203.0.113.250' },
  country: { country: null },
  browser: { browser: 'a browser' },
  environment: { environment: 'dev' },
  time: { openedAtMs: 0 },
  person: { person: 'Eve (eve@example.net, Koder ID)' },
};

export function forgets(fact: Fact): Mutant {
  return shown((view) => ({ ...view, ...OTHER_FACTS[fact] }));
}

export const guessesTheCountry: Mutant = shown((view) => ({ ...view, country: view.country ?? 'US' }));

export const drawsNothing: Mutant = (honest) => ({ ...honest, draw: () => null });

export const forgetsDeny: Mutant = altered(({ decides }) => ({ decides: decides.filter((verb) => verb !== 'deny') }));

export const decidesAtOnce: Mutant = altered(() => ({ decides: ['approve', 'deny'] }));

export const leadsElsewhere: Mutant = shown((view) => pendingWith(view, { confirmUrl: 'https://elsewhere.example/' }));

export const linksTwice: Mutant = altered(({ links }) => ({ links: [...links, ...links] }));

export const hidesTheDuration: Mutant = shown((view) => pendingWith(view, { approveFor: '' }));

export const promisesAWeek: Mutant = shown((view) => pendingWith(view, { approveFor: '7 days' }));

/** Draws every button, whatever the channel may do. */
export const ignoresThePolicy: Mutant = shown((view) => pendingWith(view, { may: 'decide' }));

export const losesTheLink: Mutant = altered(() => ({ links: [] }));

export const offersAWeek: Mutant = altered(({ durations }) => ({ durations: [...durations, 604_800] }));

export const revokesWhatever: Mutant = altered(() => ({ revokes: true }));

export const forgetsTheReason: Mutant = shown((view) => decidedWithout(view, 'denial'));

export const forgetsTheRevocation: Mutant = shown((view) => decidedWithout(view, 'revocation'));

export const keepsTheOldEnd: Mutant = altered(({ words }, { state }) =>
  state.kind === 'decided' && state.grantedUntilMs !== null
    ? { words: `${words}\n${new Date(state.grantedUntilMs).toISOString()}` }
    : {},
);

export const linksTheReason: Mutant = altered(({ links }, { state }) => ({
  links: [...links, ...(state.kind === 'decided' ? (state.denial?.reason.match(/https?:\/\/\S+/g) ?? []) : [])],
}));

export const keepsItsLink: Mutant = altered(() => ({ links: [CONFIRM_URL] }));

export const remembersTheToken: Mutant = altered(({ raw }) => ({ raw: `${raw}${TOKEN}` }));

export const saysTheTokenAloud: Mutant = shown((view) => ({ ...view, host: `${TOKEN}.example` }));

/** Tells a decision in which this much is different. */
export function misreports(difference: Partial<Decision>): Mutant {
  return shown((view) => decidedWith(view, difference));
}

export const keepsWhenToItself: Mutant = shown((view) =>
  view.state.kind === 'decided' ? decidedWith(view, { atMs: view.state.atMs + 3_600_000 }) : view,
);

export const takesSilenceForARefusal: Mutant = shown((view) =>
  view.state.kind === 'decided' && view.state.outcome === 'expired' ? decidedWith(view, { outcome: 'denied' }) : view,
);

export const takesWithdrawnForDenied: Mutant = shown((view) =>
  view.state.kind === 'decided' && view.state.outcome === 'withdrawn' ? decidedWith(view, { outcome: 'denied' }) : view,
);

export const namesTheDecider: Mutant = altered(({ words }, { state }) => ({
  words: state.kind === 'decided' ? `${words}\n${state.by}` : words,
}));

export const letsTheDeniedIn: Mutant = altered(({ words }) => ({
  words: `${words}\nMay pass until 2026-05-18 15:20 UTC`,
}));

export const linksVisitorsWords: Mutant = altered(({ links }, { path }) => ({
  links: [...links, ...(path.match(/https?:\/\/\S+/g) ?? [])],
}));

export const linksTheDecider: Mutant = altered(({ links }, { state }) => ({
  links: [...links, ...(state.kind === 'decided' ? (state.by.match(/https?:\/\/\S+/g) ?? []) : [])],
}));

export const readsMarkup: Mutant = altered(({ structure }, { path }) => ({
  structure: structure + (path.match(/[*<@[]/g) ?? []).join(''),
}));

export const cutsNothing: Mutant = altered(({ raw }, { path, browser, userAgent }) => ({
  raw: [raw, path, browser, userAgent].join('\n'),
}));

export const countsItsCards: Mutant = (honest) => {
  let count = 0;
  return altered(({ raw }) => ({ raw: `${raw}${String((count += 1))}` }))(honest);
};

export const writesIntoTheView: Mutant = shown((view) => Object.assign(view, { revision: view.revision + 1 }));

function shown(lie: (view: CardView) => CardView): Mutant {
  return (honest) => ({ ...honest, draw: (view) => honest.draw(lie(view)) });
}

function altered(lie: (drawing: Drawing, view: CardView) => Partial<Drawing>): Mutant {
  return (honest) => ({
    ...honest,
    draw(view) {
      const drawing = honest.draw(view);
      return drawing === null ? null : { ...drawing, ...lie(drawing, view) };
    },
  });
}

function pendingWith(view: CardView, words: Partial<Extract<CardState, { kind: 'pending' }>>): CardView {
  return view.state.kind === 'pending' ? { ...view, state: { ...view.state, ...words } } : view;
}

function decidedWithout(view: CardView, part: 'denial' | 'revocation'): CardView {
  if (view.state.kind !== 'decided') return view;
  const rest = Object.fromEntries(Object.entries(view.state).filter(([name]) => name !== part));
  return { ...view, state: rest as typeof view.state };
}

function decidedWith(view: CardView, difference: Partial<Decision>): CardView {
  return view.state.kind === 'decided' ? { ...view, state: { ...view.state, ...difference } } : view;
}
