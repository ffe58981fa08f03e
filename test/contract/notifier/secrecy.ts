/** Promises about the log: it learns that something happened, never what was in it. */
import assert from 'node:assert/strict';
import { logsThePayload, logsTheToken } from '../mutants/conduct.js';
import { forAll, type NotifierCase } from './case.js';
import type { Fixture } from './fixture.js';
import type { Behaviour } from '../stage.js';

const BEHAVIOURS = [
  { kind: 'normal' },
  { kind: 'server_error' },
  { kind: 'bad_credentials' },
  { kind: 'message_refused' },
  { kind: 'refuse_connection' },
] as const satisfies readonly Behaviour[];

/** Sends through fair weather and foul, and answers all that was logged on the way. */
async function logOf(fixture: Fixture): Promise<string> {
  for (const behaviour of BEHAVIOURS) {
    if (behaviour.kind !== 'normal' && fixture.stage.lacks[behaviour.kind] !== undefined) continue;
    await fixture.notifyAmid(behaviour);
  }
  return fixture.logged();
}

export const secrecyCases: readonly NotifierCase[] = [
  {
    promise: 'it logs no token and no secret',
    notFor: forAll,
    mutant: logsTheToken,
    async check(fixture) {
      assert.ok(fixture.open.secrets.length > 0, 'a stage names its secrets');
      const logged = await logOf(fixture);
      for (const secret of [fixture.token, ...fixture.open.secrets])
        assert.ok(!logged.includes(secret), 'a secret was logged');
    },
  },
  {
    promise: 'it logs no payload',
    notFor: forAll,
    mutant: logsThePayload,
    async check(fixture) {
      const { card } = fixture.notice();
      const logged = await logOf(fixture);
      for (const words of [card.userAgent, card.path, card.address])
        assert.ok(!logged.includes(words), 'a payload was logged');
    },
  },
];
