/** Liars about who calls: each stands before an honest inbound and undoes one of its checks. */
import type { Call, InboundMutant, InboundFixture } from '../inbound/fixture.js';

/** Whatever came, it counts as signed by the platform, now. */
export const trustsAnybody: InboundMutant = (call, fixture) => signedAgain(call, fixture, fixture.tap().id);

/** It takes every call for a new one, wherever the platform keeps its id. */
export const forgetsWhatItSaw: InboundMutant = (_call, fixture) => fixture.call(fixture.tap());

/** Reads whatever came as the approver's approval. */
export const readsWhatItLikes: InboundMutant = (_call, fixture) => fixture.call(fixture.tap());

export const knowsOneKeyAlone: InboundMutant = (call, fixture) => ({
  ...call,
  headers: fixture.open.signed({ body: call.body, id: fixture.tap().id, atMs: Date.now(), key: 'foreign' }),
});

export const knowsOneSpellingAlone: InboundMutant = (call) => ({
  ...call,
  headers: call.headers.filter(([name]) => name === name.toLowerCase()),
});

export const acknowledgesAndForgets: InboundMutant = () => ({
  status: 200,
  headers: {},
  body: '{"isOk":true,"text":""}',
});

/** Hears a name and not where it is said; or listens to where, when it says nothing. */
export const mistakesWorkspaces: InboundMutant = (call, fixture) =>
  fixture.open.oneWorkspace === undefined ? fixture.call(fixture.tap()) : acknowledgesAndForgets(call, fixture);

export const waitsForTheDesk: InboundMutant = () => 'never';

export const obeysAnyMethod: InboundMutant = (call) => ({ ...call, method: 'POST' });

export const logsWhatItReads: InboundMutant = (call, fixture) => {
  fixture.log.debug('received', { body: call.body.toString('utf8') });
  return call;
};

function signedAgain(call: Call, fixture: InboundFixture, id: string): Call {
  const others = call.headers.filter(([name]) => !fixture.open.authHeaders.includes(name.toLowerCase()));
  const genuine = fixture.open
    .signed({ body: call.body, id, atMs: Date.now(), key: 'current' })
    .filter(([name]) => fixture.open.authHeaders.includes(name.toLowerCase()));
  return { ...call, headers: [...others, ...genuine] };
}
