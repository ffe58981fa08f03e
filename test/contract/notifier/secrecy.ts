/** Promises about the log: it learns that something happened, never what was in it. */
import assert from 'node:assert/strict';
import { logsThePayload, logsTheToken } from '../liars/conduct.js';
import { forAll, type NotifierCase } from './case.js';
import type { Scene } from './scene.js';
import type { Behaviour } from '../stage.js';

const BEHAVIOURS = [
  { kind: 'normal' },
  { kind: 'server_error' },
  { kind: 'bad_credentials' },
  { kind: 'message_refused' },
  { kind: 'refuse_connection' },
] as const satisfies readonly Behaviour[];

/** Sends through fair weather and foul, and answers all that was logged on the way. */
async function logOf(scene: Scene): Promise<string> {
  for (const behaviour of BEHAVIOURS) {
    if (behaviour.kind !== 'normal' && scene.stage.lacks[behaviour.kind] !== undefined) continue;
    await scene.notifyAmid(behaviour);
  }
  return scene.logged();
}

export const secrecyCases: readonly NotifierCase[] = [
  {
    promise: 'it logs no token and no secret',
    notFor: forAll,
    liar: logsTheToken,
    async check(scene) {
      assert.ok(scene.open.secrets.length > 0, 'a stage names its secrets');
      const logged = await logOf(scene);
      for (const secret of [scene.token, ...scene.open.secrets])
        assert.ok(!logged.includes(secret), 'a secret was logged');
    },
  },
  {
    promise: 'it logs no payload',
    notFor: forAll,
    liar: logsThePayload,
    async check(scene) {
      const { card } = scene.notice();
      const logged = await logOf(scene);
      for (const words of [card.userAgent, card.path, card.address])
        assert.ok(!logged.includes(words), 'a payload was logged');
    },
  },
];
