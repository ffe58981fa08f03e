/** Liars that several cases share. What breaks one check alone stands beside its case. */
import type { Authentication, Authenticator, Call } from '../../../src/http/receiver/authenticator.js';
import { UNAVAILABLE, UNKNOWN } from '../../../src/http/receiver/authenticator.js';
import type { CallerMutant } from './fixture.js';

export function caller(identity: string, producer = 'jet'): Authentication {
  return { kind: 'caller', producer, identity, untilMs: null };
}

/** Whoever calls is `jet`. */
export const trustsAnybody: CallerMutant = () => ({ authenticate: () => Promise.resolve(caller('jet')) });

export const knowsNobody: CallerMutant = () => ({ authenticate: () => Promise.resolve(UNKNOWN) });

/** Trusts what the honest one does not, where this holds. */
export function trustsWhen(holds: (bearer: string, call: Call) => boolean): CallerMutant {
  return (honest) => ({
    authenticate: async (call) => (holds(bearerIn(call), call) ? caller('jet') : honest.authenticate(call)),
  });
}

/** The honest one, asked about another call. */
function reads(change: (call: Call) => Call): CallerMutant {
  return (honest) => ({ authenticate: (call) => honest.authenticate(change(call)) });
}

/** With the bearer rewritten before it is judged. */
export function rewrites(change: (bearer: string) => string): CallerMutant {
  return reads((call) => ({
    ...call,
    rawHeaders: call.rawHeaders.map((text) =>
      text.startsWith('Bearer ') ? `Bearer ${change(text.slice('Bearer '.length))}` : text,
    ),
  }));
}

export const turnsUndecidedIntoNo = answering((found) => (found.kind === 'unavailable' ? UNKNOWN : found));
export const turnsUndecidedIntoYes = answering((found) => (found.kind === 'unavailable' ? caller('jet') : found));
export const turnsNoIntoUndecided = answering((found) => (found.kind === 'unknown' ? UNAVAILABLE : found));

function answering(change: (found: Authentication) => Authentication): CallerMutant {
  return (honest) => ({ authenticate: async (call) => change(await honest.authenticate(call)) });
}

/** What it once answered to a bearer, it answers for ever. */
export function remembersEvery(...kinds: readonly Authentication['kind'][]): CallerMutant {
  return (honest) => {
    const held = new Map<string, Authentication>();
    return {
      async authenticate(call) {
        const found = held.get(bearerIn(call)) ?? (await honest.authenticate(call));
        if (kinds.includes(found.kind)) held.set(bearerIn(call), found);
        return found;
      },
    };
  };
}

/** Every line of a header but the first is dropped, as a careless reader does. */
export const takesTheFirstLine: CallerMutant = reads((call) => {
  const seen = new Set<string>();
  const rawHeaders = pairs(call).flatMap(([name, value]) => {
    if (seen.has(name.toLowerCase())) return [];
    seen.add(name.toLowerCase());
    return [name, value];
  });
  return { ...call, rawHeaders };
});

/** Headers changed, dropped (null) or kept, one by one. */
export function readsHeaders(change: (name: string, value: string) => readonly [string, string] | null): CallerMutant {
  return reads((call) => ({ ...call, rawHeaders: pairs(call).flatMap(([name, value]) => change(name, value) ?? []) }));
}

/** The honest one with another configuration or surroundings. */
export function instead(make: (fixture: Parameters<CallerMutant>[1]) => Authenticator): CallerMutant {
  return (_honest, fixture) => make(fixture);
}

export function bearerIn({ rawHeaders }: Call): string {
  return rawHeaders.find((text) => text.startsWith('Bearer '))?.slice('Bearer '.length) ?? '';
}

export function pairs({ rawHeaders }: Call): readonly (readonly [string, string])[] {
  return rawHeaders.flatMap((name, index) => (index % 2 === 0 ? [[name, rawHeaders[index + 1] ?? ''] as const] : []));
}
