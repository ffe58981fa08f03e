/** `gate demo`: the main job on this machine, with nothing to configure. */
import type { Command } from 'commander';
import { systemClock } from '../../base/time/clock.js';
import { jsonLog } from '../../base/process/log.js';
import { descriptorLimit } from '../descriptor-limit.js';
import { EXIT, type ExitCode } from '../exit-code.js';
import { printProblems } from '../load.js';
import { tellFailure } from '../failure.js';
import { createFaults } from '../faults.js';
import { outputsOfAService } from '../process-outputs.js';
import { holdSignals } from '../held-signals.js';
import { inWords } from '../start-summary.js';
import type { Surroundings } from '../surroundings.js';
import { untilStopped } from '../until-stopped.js';
import type { Cli } from '../verb.js';

export function addDemo(program: Command, cli: Cli): void {
  program
    .command('demo')
    .description('try it: a sample site, an inbox and a mailbox on loopback, nothing to configure')
    .addHelpText(
      'after',
      `
It keeps its state in .gate/demo (or DATA_DIR) and starts again with it. Other
verbs find it there:
  gate pending`,
    )
    .action(async () => cli.end(await demo(cli.surroundings)));
}

async function demo(surroundings: Surroundings): Promise<ExitCode> {
  const { channels, environment } = surroundings;
  const { out, err } = outputsOfAService(surroundings);
  const clock = systemClock();
  const log = jsonLog('warn', err);
  const held = holdSignals(surroundings, clock);
  const faults = createFaults(surroundings, { clock, log });
  const { runDemo } = await import('../../../demo/demo.js');
  const started = await runDemo({
    channels,
    environment,
    out,
    log,
    pid: process.pid,
    descriptorLimit: descriptorLimit(),
    faults: () => faults.report(),
  }).catch((error: unknown) => tellFailure(error, surroundings, 'The demo did not start'));
  if (typeof started === 'number' || started.kind === 'problems') held.release();
  if (typeof started === 'number') return started;
  if (started.kind === 'problems') {
    printProblems(started.problems, surroundings);
    return EXIT.configuration;
  }
  const reload = async (): Promise<void> => printProblems((await started.gate.reload('sighup')).problems, surroundings);
  faults.attend();
  return untilStopped({ stop: () => started.stop(), reload }, surroundings, {
    clock,
    log,
    held,
    faults,
    told: inWords(out),
  });
}
