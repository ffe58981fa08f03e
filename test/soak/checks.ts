/** Checks by the thousand, from a process of their own: what is measured is the gate and not whoever plays its people. */
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

export interface SenderInput {
  readonly port: number;
  readonly perSecond: number;
  readonly hosts: readonly string[];
  readonly seed: string;
}

export type ToSender =
  /** From now on this address passes at this host, whenever it is asked for. */
  { readonly kind: 'let_in'; readonly host: string; readonly address: string } | { readonly kind: 'end' };

/** Since the beginning, but for the latencies of a line: those are since the last one. */
export interface Counted {
  readonly due: number;
  readonly sent: number;
  /** Due and not sent, because too many had no answer yet. */
  readonly unsent: number;
  readonly answered: number;
  /** Of those, for an address that was let in. */
  readonly known: number;
  /** Sent, and no whole answer came. */
  readonly failed: number;
  /** Answered otherwise than it had to be. */
  readonly wrong: number;
  /** Since each was due, so that a sender that is late counts as well. */
  readonly p50Ms: number;
  readonly p99Ms: number;
  /** What was wrong, the first few. */
  readonly examples: readonly string[];
}

export interface ToParent {
  readonly isOver: boolean;
  readonly counted: Counted;
}

export interface Checks {
  readonly letIn: (host: string, address: string) => void;
  /** As of the last second. */
  lately(): Counted;
  /** Sends no more, waits for the answers that are on their way, and counts all. */
  end(): Promise<Counted>;
  close(): void;
}

const SENDER = fileURLToPath(new URL('./check-sender.js', import.meta.url));
const NOTHING: Counted = {
  due: 0,
  sent: 0,
  unsent: 0,
  answered: 0,
  known: 0,
  failed: 0,
  wrong: 0,
  p50Ms: 0,
  p99Ms: 0,
  examples: [],
};

export function startChecks(input: SenderInput): Checks {
  const child = fork(SENDER, [JSON.stringify(input)], { stdio: ['ignore', 'ignore', 'inherit', 'ipc'], execArgv: [] });
  const ended = once(child, 'exit');
  let last: ToParent = { isOver: false, counted: NOTHING };
  child.on('message', (message: ToParent) => void (last = message));
  const tell = (message: ToSender): void => {
    // one that ends meanwhile hears no more, and says itself whether it counted all
    if (child.connected) child.send(message, () => undefined);
  };
  return {
    letIn: (host, address) => tell({ kind: 'let_in', host, address }),
    lately: () => last.counted,
    async end() {
      tell({ kind: 'end' });
      await ended;
      if (!last.isOver) throw new Error('the process that sends checks ended by itself');
      return last.counted;
    },
    close: () => void child.kill('SIGKILL'),
  };
}
