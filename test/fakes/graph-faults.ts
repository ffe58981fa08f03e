/** Faults of the Graph fake: which call, before or after it took effect, and what its caller sees. */
export type GraphStep =
  'token' | 'create' | 'send' | 'sendMail' | 'list' | 'item' | 'delta' | 'value' | 'folder' | 'remove';

export interface GraphFault {
  readonly at: readonly GraphStep[];
  /** `before_body`: at the headers. `before_effect`: read whole, nothing done. `after_effect`: done, and answered so all the same. */
  readonly phase: 'before_body' | 'before_effect' | 'after_effect';
  readonly how:
    | { readonly kind: 'reset' | 'hang' | 'garbage' }
    | {
        readonly kind: 'answer';
        readonly status: number;
        readonly code?: string;
        readonly innerCode?: string;
        /** `innererror`, as some services of Microsoft's spell it. */
        readonly isLowerCase?: boolean;
        readonly headers?: Readonly<Record<string, string>>;
        /** In place of an error. */
        readonly json?: unknown;
      };
  /** How many calls it meets; without an end where absent. */
  readonly times?: number;
}

export interface FaultPlan {
  set(...faults: readonly GraphFault[]): void;
  /** The fault that this call meets now, if any; it is used up by that. */
  next(step: GraphStep, phase: GraphFault['phase']): GraphFault['how'] | null;
}

export function faultPlan(): FaultPlan {
  let faults: { fault: GraphFault; left: number }[] = [];
  return {
    set(...planned) {
      faults = planned.map((fault) => ({ fault, left: fault.times ?? Number.POSITIVE_INFINITY }));
    },
    next(step, phase) {
      const met = faults.find(({ fault, left }) => left > 0 && fault.phase === phase && fault.at.includes(step));
      if (met === undefined) return null;
      met.left -= 1;
      return met.fault.how;
    },
  };
}

/** Microsoft's own shape of an error. */
export function errorBody(
  code: string,
  input: { readonly innerCode?: string; readonly isLowerCase?: boolean; readonly requestId?: string } = {},
): unknown {
  const inner = {
    ...(input.innerCode === undefined ? {} : { code: input.innerCode }),
    date: new Date().toISOString().slice(0, 19),
    'request-id': input.requestId ?? '',
    'client-request-id': input.requestId ?? '',
  };
  const words = 'The words of Microsoft, which nobody should read: gate@koder.dev';
  return {
    error: { code, message: words, ...(input.isLowerCase === true ? { innererror: inner } : { innerError: inner }) },
  };
}
