/**
 * A surface in the scripted dialogue: one way in which an approver speaks with the gate, played by its platform's stand-in.
 * What the approver does is the same everywhere; how a form is opened or a menu is picked is the surface's own.
 */
import type { GateProcess } from '../gate-process.js';

export interface Surface {
  /** For the test's name: `Slack over HTTP`. */
  readonly name: string;
  /** How records call it: `slack`, `cli`. */
  readonly over: string;
  /** How records call the approver: a handle, or `operator:<name>` at the CLI. */
  readonly by: string;
  /** Starts the stand-in. */
  open(): Promise<OpenSurface>;
}

export interface OpenSurface {
  /** What the gate is configured with to reach it. */
  readonly environment: Readonly<Record<string, string>>;
  /** The gate is ready: the platform calls it, or is called by it, from now on. */
  begin(gate: GateProcess): Promise<Approver>;
  close(): Promise<void>;
}

export interface Approver {
  /** Resolves when what stands before the approver tells of this visitor; throws where no card ever does. */
  seesRequest(address: string): Promise<void>;
  /** Whether nothing before the approver asks about this visitor any more, and what is there says `words`. */
  seesEnd(address: string, words: RegExp): Promise<boolean> | boolean;
  /** Types `/gate <line>`: what is read in answer, in private. */
  say(line: string): Promise<string>;
  /** Denies by the card's own form, with a reason for approvers alone. */
  deny(request: Meant, reason: string): Promise<string>;
  /** Approves by the card for one hour. What was read in private; empty where the card itself is the answer. */
  approveForAnHour(request: Meant): Promise<string>;
  /** Presses Approve on a card that was drawn before somebody else decided. */
  approveLate(request: Meant): Promise<string>;
  /** Revokes by the card of the decided request. */
  revoke(request: Meant): Promise<string>;
}

/** A request as the surfaces name it: by its visitor on a card, by its id when typed. */
export interface Meant {
  readonly address: string;
  readonly id: string;
}
