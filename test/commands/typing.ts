/** Typing at `/gate`: calls, and answers taken apart. */
import { systemClock } from '../../src/base/clock.js';
import { createCommands } from '../../src/commands/commands.js';
import type { Check, DrillLine } from '../../src/contract/admin.js';
import type { CommandAnswer, CommandCall, Commands } from '../../src/contract/commands.js';
import { approver, site } from '../desk/directory.js';
import { ANA, BO, DEV, OPERATOR, STG, uncapped, type World } from '../desk/world.js';

export const CHECKS: readonly Check[] = [
  { name: 'database', isOk: true, detail: 'answers', cure: '' },
  { name: 'talk', isOk: false, detail: 'does not answer', cure: 'Look at TALK_API_URL.' },
];

export const DRILL: readonly DrillLine[] = [
  { channel: 'talk' as never, isOk: true, detail: 'delivered and redrawn', tookMs: 41.7 },
  { channel: 'email' as never, isOk: false, detail: 'smtp_550', tookMs: 12 },
];

/** Ana decides for the staging site, Bo for both. */
export function roomy(sites = [site(STG, { approvers: [ANA, BO] }), site(DEV, { approvers: [BO] })]) {
  return uncapped({ sites, approvers: [approver(ANA, { talk: 'ana' }), approver(BO, { talk: 'bo' })] });
}

export function commandsOf(world: World): Commands {
  return createCommands({
    desk: world.desk,
    directory: () => world.directory(),
    clock: systemClock(),
    doctor: () => Promise.resolve(CHECKS),
    drill: () => Promise.resolve(DRILL),
  });
}

let lastTap = 0;

/** A call with an id of its own; an operator's at the CLI unless said otherwise. */
export function callOf(line: string, actor: CommandCall['actor'] = OPERATOR, surface = 'cli'): CommandCall {
  lastTap += 1;
  return { line, actor, surface, tapId: `tap-${String(lastTap)}` };
}

export function tableOf(answer: CommandAnswer): Extract<CommandAnswer, { kind: 'table' }> {
  if (answer.kind !== 'table') throw new Error(`expected a table, got ${answer.lines.join(' ')}`);
  return answer;
}

export function linesOf(answer: CommandAnswer): readonly string[] {
  if (answer.kind !== 'text') throw new Error('expected text, got a table');
  return answer.lines;
}
