/** `doctor` checks the installation, `drill` sends test cards. The desk says who may; `VerbParts` has who carries it out. */
import type { Check, DrillLine } from '../../contract/admin.js';
import type { CommandAnswer } from '../../contract/commands.js';
import type { Errand } from '../../contract/desk.js';
import { failed, forbidden, unavailable } from '../answers.js';
import type { Verb, VerbCall } from '../verb.js';

export const doctorVerb = {
  name: 'doctor',
  usage: 'doctor',
  summary: 'Examines configuration, database and channels.',
  example: 'doctor',
  isFor: 'operators',
  async run(given) {
    const { doctor } = given;
    return errand(given, 'doctor', async () =>
      doctor === undefined ? failed('no_doctor', 'Nothing here can be examined.') : checkTable(await doctor()),
    );
  },
} as const satisfies Verb;

export const drillVerb = {
  name: 'drill',
  usage: 'drill',
  summary: 'Sends you a harmless test card on every channel, and times it.',
  example: 'drill',
  async run(given) {
    const { drill, call } = given;
    return errand(given, 'drill', async () =>
      drill === undefined ? failed('no_drill', 'Nothing here can be drilled.') : drillTable(await drill(call.actor)),
    );
  },
} as const satisfies Verb;

async function errand(
  { words, desk, call }: VerbCall,
  name: Errand,
  run: () => Promise<CommandAnswer>,
): Promise<CommandAnswer | null> {
  if (words.length > 0) return null;
  const { actor, surface, tapId } = call;
  const answer = await desk.admit({ actor, surface, tapId, errand: name });
  switch (answer.kind) {
    case 'admitted':
      return run();
    case 'forbidden':
      return forbidden(answer.why);
    case 'unavailable':
      return unavailable();
  }
}

function checkTable(checks: readonly Check[]): CommandAnswer {
  return {
    kind: 'table',
    title: verdict(checks, 'All is well', 'need care'),
    columns: ['', 'what', 'found', 'cure'],
    rows: checks.map((check) => [check.isOk ? 'ok' : 'ill', check.name, check.detail, check.cure]),
    more: null,
    empty: 'Nothing was examined.',
    data: checks,
  };
}

function drillTable(lines: readonly DrillLine[]): CommandAnswer {
  return {
    kind: 'table',
    title: verdict(lines, 'Every channel took the test card', 'channels failed'),
    columns: ['', 'channel', 'what happened', 'took'],
    rows: lines.map((line) => [
      line.isOk ? 'ok' : 'ill',
      line.channel,
      line.detail,
      `${String(Math.round(line.tookMs))} ms`,
    ]),
    more: null,
    empty: 'No channel has an address of yours.',
    data: lines,
  };
}

function verdict(results: readonly { readonly isOk: boolean }[], well: string, ill: string): string {
  const count = results.filter(({ isOk }) => !isOk).length;
  return count === 0 ? well : `${String(count)} of ${String(results.length)} ${ill}`;
}
