/** What `gate doctor` says of the process itself: lines that its outputs lost, and faults that nobody caught. */
import type { Check } from '../../contract/admin.js';
import type { FaultReport, OutputHealth, ProcessHealth } from '../../contract/process-health.js';

export function processChecks(health: ProcessHealth): readonly Check[] {
  return [...health.outputs().map(outputCheck), ...faultCheck(health.faults())];
}

const WHERE = { events: 'standard output', log: 'standard error' } as const satisfies Record<
  OutputHealth['name'],
  string
>;

/** Why lines were lost, in words; any other cause is told by its code. */
const CAUSES: Readonly<Record<string, string>> = {
  EPIPE: 'its reader is gone (EPIPE)',
  not_read: 'its reader takes nothing, and the buffer is full',
  ENOSPC: 'its disk is full (ENOSPC)',
  EDQUOT: 'its disk quota is used up (EDQUOT)',
  EIO: 'its terminal is gone, or its disk is broken (EIO)',
};

function outputCheck({ name, lost, cause, isFailing }: OutputHealth): Check {
  const check = { name: `output of ${name}`, isOk: !isFailing };
  if (cause === null) return { ...check, detail: 'no line was lost', cure: '' };
  const lines = `${String(lost)} ${lost === 1 ? 'line' : 'lines'}`;
  const why = CAUSES[cause] ?? cause;
  if (!isFailing)
    return {
      ...check,
      detail: `works again; ${lines} lost since the start, at last because ${why}`,
      cure: `Look for the gap where ${WHERE[name]} is collected.`,
    };
  return {
    ...check,
    detail: `lines are being lost: ${lines} since the start, because ${why}`,
    cure: `See to what reads ${WHERE[name]}. The gate goes on meanwhile; if that reader cannot come back, restart the gate.`,
  };
}

function faultCheck({ count, lastAtMs, last }: FaultReport): readonly Check[] {
  if (lastAtMs === null) return [];
  const [name = 'an error'] = last?.split('\n') ?? [];
  return [
    {
      name: 'faults',
      isOk: false,
      detail: `${String(count)} since the start that nobody caught, the last at ${new Date(lastAtMs).toISOString()}: ${name}`,
      cure: 'The gate went on. Report it with the lines of the log that say "a fault that nobody caught"; a restart clears this.',
    },
  ];
}
