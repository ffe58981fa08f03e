/** What only this process counts, and flushes to the database now and then: checks of its gate, and calls that its receivers refused. */
import type { Counted } from '../contract/telemetry-ledger.js';
import type { Gate } from '../gate/gate.js';
import type { Guard } from '../http/public/guard/guard.js';

export function countedHere(gate: Pick<Gate, 'checkCounts'> | null, guard: Pick<Guard, 'tallies'>): readonly Counted[] {
  const checks = gate?.checkCounts() ?? [];
  return [
    ...checks.map(([verdict, n]): Counted => ({ name: 'checks_total', dims: { verdict }, bucket: 0, n })),
    ...guard.tallies().map(({ source, reason, refused: n }): Counted => {
      return { name: 'refused_calls_total', dims: { source, reason }, bucket: 0, n };
    }),
  ];
}
