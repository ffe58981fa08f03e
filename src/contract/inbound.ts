/**
 * Inbound: how taps and commands come in from a chat platform.
 *
 * The platform proves WHO taps; the token only says WHICH request. A tap is committed, then acknowledged, within 2 s;
 * later than that the answer is `unavailable`: nothing changed, tap again. An answer to a tap never draws the final
 * card: the courier does.
 */
import type { Router } from 'express';
import type { Desk } from './desk.js';
import type { Commands } from './commands.js';

/** What an inbound may call. It is given to the inbound when the planes are built. */
export interface InboundDoors {
  readonly desk: Pick<Desk, 'decide'>;
  readonly commands: Commands;
}

/** A channel that is called. `router` is mounted on the public plane at `path`, before any body parser. */
export interface CalledInbound {
  readonly kind: 'called';
  readonly path: string;
  router(doors: InboundDoors): Router;
}

/** A channel that connects out: one leased process owns the socket. */
export interface ConnectingInbound {
  readonly kind: 'connecting';
  connect(doors: InboundDoors): Promise<void>;
  state(): { readonly kind: 'up' } | { readonly kind: 'down'; readonly reason: string };
  disconnect(): Promise<void>;
}

export type Inbound = CalledInbound | ConnectingInbound;
