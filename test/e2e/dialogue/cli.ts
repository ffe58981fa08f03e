/** The dialogue at the CLI: everything is typed. */
import { eventually } from '../eventually.js';
import type { GateProcess } from '../gate-process.js';
import type { Approver, Surface } from './surface.js';

const OPERATOR = 'ada';

export const cli: Surface = {
  name: 'the CLI',
  over: 'cli',
  by: `operator:${OPERATOR}`,
  open: () =>
    Promise.resolve({ environment: {}, begin: (gate) => Promise.resolve(at(gate)), close: () => Promise.resolve() }),
};

function at(gate: GateProcess): Approver {
  const say = async (line: string): Promise<string> => {
    const { out, err } = await gate.cli(...asArguments(line), '--as', OPERATOR);
    return out + err;
  };
  return {
    say,
    async seesRequest(address) {
      await eventually(`the CLI lists ${address}`, async () => (await say('pending')).includes(address));
    },
    seesEnd: async (address) => !(await say('pending')).includes(address),
    deny: ({ id }, reason) => say(`deny ${id} because ${reason}`),
    approveForAnHour: ({ id }) => say(`approve ${id} for 1h`),
    approveLate: ({ id }) => say(`approve ${id}`),
    revoke: ({ id }) => say(`revoke ${id}`),
  };
}

/** What follows `for` and `because` is an option's value here, as a shell's user writes it. */
function asArguments(line: string): readonly string[] {
  const [, plain = '', word, value = ''] = /^(.*?)(?: (for|because) (.*))?$/.exec(line) ?? [];
  return [...plain.split(' '), ...(word === undefined ? [] : [`--${word}`, value])];
}
