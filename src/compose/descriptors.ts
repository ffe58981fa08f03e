/**
 * Who gets how many of the process's file descriptors. All planes, the database, the platforms and our own files have theirs
 * from one store (`ulimit -n`), and whoever empties it stops all others. So each plane has a maximum, and together they leave
 * enough for the rest:
 *
 *   OWN             the database, calls to platforms, log, files, Node itself, and the plain port where TLS is spoken;
 *                   half of all where these are few
 *   admin           ADMIN; a sixteenth where these are few
 *   public, gate    what is left, a third to the public plane (at most MOST_PUBLIC), the rest to the gate plane
 *
 * Visitors' streams are connections of the gate plane and may have half of it, so that checks always find one. Whoever connects
 * and is no trusted proxy may together with all others have a quarter of the gate plane, whose callers are proxies, and three
 * quarters of the public one, where most are approvers and producers: what is left is the proxies'.
 */
import type { Check } from '../contract/admin.js';
import { MAX_STREAMS } from '../gate/visitor/streams.js';

export interface DescriptorShares {
  /** Connections of each plane. */
  readonly public: number;
  readonly gate: number;
  readonly admin: number;
  /** Connections to the public plane from one address that is no trusted proxy. */
  readonly publicPerAddress: number;
  /** Connections to the public plane from all addresses that are no trusted proxies, where there are some. */
  readonly publicStrangers: number;
  /** The same of the gate plane, where it can be reached from other machines. */
  readonly gateStrangers: number;
  /** Visitors' status streams in all. */
  readonly streams: number;
}

const OWN = 128;
/** Without a visitor or a call a gate has some forty. */
const LEAST_OWN = 64;
const ADMIN = 64;
const MOST_PUBLIC = 4_096;
const MOST_PER_ADDRESS = 128;
/** Below this a plane is of no use, whatever the limit says. */
const LEAST = 8;
/** What common systems give a process. With less, a few dozen visitors fill the gate. */
const ENOUGH = 1_024;

export function shareDescriptors(limit: number): DescriptorShares {
  const own = Math.max(Math.min(OWN, Math.floor(limit / 2)), LEAST_OWN);
  const admin = Math.min(ADMIN, Math.floor(limit / 16));
  const planes = Math.max(limit - own - admin, 3 * LEAST);
  const ofPublic = Math.min(Math.floor(planes / 3), MOST_PUBLIC);
  const ofGate = planes - ofPublic;
  return {
    public: ofPublic,
    gate: ofGate,
    admin,
    publicStrangers: ofPublic - Math.ceil(ofPublic / 4),
    gateStrangers: Math.floor(ofGate / 4),
    publicPerAddress: Math.min(Math.max(Math.floor(ofPublic / 4), 1), MOST_PER_ADDRESS),
    streams: Math.min(Math.floor(ofGate / 2), MAX_STREAMS),
  };
}

/** Null where there are enough; otherwise what that means, and what to do. */
export function tooFewDescriptors(limit: number): { readonly problem: string; readonly cure: string } | null {
  if (limit >= ENOUGH) return null;
  const { public: ofPublic, gate } = shareDescriptors(limit);
  return {
    problem: `this process may open ${String(limit)} files, so that it holds ${String(ofPublic)} connections to the public plane and ${String(gate)} to the gate plane`,
    cure: `Raise the limit (ulimit -n, LimitNOFILE= of systemd, --ulimit nofile= of a container) to ${String(ENOUGH)} or more, and restart the gate.`,
  };
}

export function descriptorCheck(limit: number): Check {
  const few = tooFewDescriptors(limit);
  const name = 'file descriptors';
  if (few !== null) return { name, isOk: false, detail: few.problem, cure: few.cure };
  const { public: ofPublic, gate, publicPerAddress } = shareDescriptors(limit);
  const detail = `${String(limit)} at most: ${String(ofPublic)} connections to the public plane (${String(publicPerAddress)} of one address), ${String(gate)} to the gate plane`;
  return { name, isOk: true, detail, cure: '' };
}
