/** Whether a command did what was asked for. A table has answered what was asked. */
import type { CommandAnswer } from '../../src/contract/commands.js';

export function isDone(answer: CommandAnswer): boolean {
  return answer.kind === 'table' || answer.isOk;
}
