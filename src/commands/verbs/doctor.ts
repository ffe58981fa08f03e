/** `doctor` checks the installation, `drill` sends test cards. The desk says who may; `CommandDeps` has who carries it out. */
import type { Check, DrillLine } from '../../contract/admin.js';
import type { CommandAnswer } from '../../contract/commands.js';
import type { Operation } from '../../contract/desk.js';
import { failed, forbidden, unavailable } from '../answers.js';
import type { VerbCall } from '../deps.js';
import { defineVerb } from '../verb.js';

export const doctorVerb = defineVerb({
  name: 'doctor',
  summary: 'say what is wrong with configuration, database and channels, and what to do about it',
  parameters: {},
  examples: [{}],
  isFor: 'operators',
  async run(_args, given) {
    const { doctor } = given;
    return operation(given, 'doctor', async () =>
      doctor === undefined ? failed('no_doctor', 'Nothing here can be examined.') : checkTable(await doctor()),
    );
  },
});

export const drillVerb = defineVerb({
  name: 'drill',
  summary: 'send a harmless test card on every channel, and time it',
  parameters: {},
  examples: [{}],
  async run(_args, given) {
    const { drill, acting } = given;
    return operation(given, 'drill', async () =>
      drill === undefined ? failed('no_drill', 'Nothing here can be drilled.') : drillTable(await drill(acting.actor)),
    );
  },
});

async function operation(
  { desk, acting }: VerbCall,
  name: Operation,
  run: () => Promise<CommandAnswer>,
): Promise<CommandAnswer> {
  const answer = await desk.admit({ ...acting, operation: name });
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
    rows: checks.map((check) => [
      check.isOk ? (check.cure === '' ? 'ok' : 'warn') : 'FAIL',
      check.name,
      check.detail,
      check.cure,
    ]),
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
      line.isOk ? 'ok' : 'FAIL',
      line.channel,
      line.detail,
      `${String(Math.round(line.tookMs))} ms`,
    ]),
    more: null,
    empty: 'No channel has an address of yours.',
    data: lines,
  };
}

function verdict(results: readonly { readonly isOk: boolean }[], well: string, failing: string): string {
  const count = results.filter(({ isOk }) => !isOk).length;
  return count === 0 ? well : `${String(count)} of ${String(results.length)} ${failing}`;
}
