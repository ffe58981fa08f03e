/** `doctor`: whether all is well with the installation, and what to do where it is not. For operators. */
import type { Check } from '../contract/admin.js';
import type { CommandAnswer } from '../contract/commands.js';
import { failed, forbidden } from './answers.js';
import type { Verb } from './verb.js';

export const doctorVerb = {
  name: 'doctor',
  usage: 'doctor',
  summary: 'Examines configuration, database and channels.',
  example: 'doctor',
  isForOperators: true,
  async run({ words, call, doctor }) {
    if (words.length > 0) return null;
    if (call.actor.kind !== 'operator') return forbidden('not_an_operator');
    if (doctor === undefined) return failed('no_doctor', 'Nothing here can be examined.');
    return checkTable(await doctor());
  },
} as const satisfies Verb;

function checkTable(checks: readonly Check[]): CommandAnswer {
  const ill = checks.filter((check) => !check.isOk).length;
  return {
    kind: 'table',
    title: ill === 0 ? 'All is well' : `${String(ill)} of ${String(checks.length)} need care`,
    columns: ['', 'what', 'found', 'cure'],
    rows: checks.map((check) => [check.isOk ? 'ok' : 'ill', check.name, check.detail, check.cure]),
    more: null,
    empty: 'Nothing was examined.',
    data: checks,
  };
}
