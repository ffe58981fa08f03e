/** Liars about who calls: each stands before an honest inbound and undoes one of its checks. */
import type { Call, InboundLiar, InboundScene } from '../inbound/scene.js';

/** Whatever came, it counts as signed by the platform, now. */
export const trustsAnybody: InboundLiar = (call, scene) => signedAgain(call, scene, scene.tap().id);

/** It takes every call for a new one, wherever the platform keeps its id. */
export const forgetsWhatItSaw: InboundLiar = (_call, scene) => scene.call(scene.tap());

/** Reads whatever came as the approver's approval. */
export const readsWhatItLikes: InboundLiar = (_call, scene) => scene.call(scene.tap());

export const knowsOneKeyAlone: InboundLiar = (call, scene) => ({
  ...call,
  headers: scene.open.signed({ body: call.body, id: scene.tap().id, atMs: Date.now(), key: 'foreign' }),
});

export const knowsOneSpellingAlone: InboundLiar = (call) => ({
  ...call,
  headers: call.headers.filter(([name]) => name === name.toLowerCase()),
});

export const acknowledgesAndForgets: InboundLiar = () => ({
  status: 200,
  headers: {},
  body: '{"isOk":true,"text":""}',
});

/** Hears a name and not where it is said; or listens to where, when it says nothing. */
export const mistakesWorkspaces: InboundLiar = (call, scene) =>
  scene.open.oneWorkspace === undefined ? scene.call(scene.tap()) : acknowledgesAndForgets(call, scene);

export const waitsForTheDesk: InboundLiar = () => 'never';

export const obeysAnyMethod: InboundLiar = (call) => ({ ...call, method: 'POST' });

export const logsWhatItReads: InboundLiar = (call, scene) => {
  scene.log.debug('received', { body: call.body.toString('utf8') });
  return call;
};

function signedAgain(call: Call, scene: InboundScene, id: string): Call {
  const others = call.headers.filter(([name]) => !scene.open.authHeaders.includes(name.toLowerCase()));
  const genuine = scene.open
    .signed({ body: call.body, id, atMs: Date.now(), key: 'current' })
    .filter(([name]) => scene.open.authHeaders.includes(name.toLowerCase()));
  return { ...call, headers: [...others, ...genuine] };
}
