/** What `gate doctor` and `/readyz` say of a socket, and what to do about it. */
import type { ChannelName } from '../../approval/brand.js';
import { never } from '../../base/process/never.js';
import type { Check, Part } from '../../contract/admin.js';
import type { SocketState } from './socket-keeper.js';

export function socketCheck([channel, state]: readonly [ChannelName, SocketState]): Check {
  return { name: nameOf(channel), isOk: state.kind !== 'down', detail: inWords(state), cure: cureOf(state) };
}

/**
 * Only what an operator has to fix makes a process unready. A lost connection comes back by itself; taking the process
 * out of service meanwhile would only hurt its visitors.
 */
export function socketPart([channel, state]: readonly [ChannelName, SocketState]): Part {
  const isReady = state.kind !== 'down' || !state.isRefused;
  return { name: nameOf(channel), isReady, why: state.kind === 'down' ? inWords(state) : '' };
}

function nameOf(channel: ChannelName): string {
  return `socket of ${channel}`;
}

function inWords(state: SocketState): string {
  switch (state.kind) {
    case 'up':
      return `connected since ${new Date(state.sinceMs).toISOString()}`;
    case 'connecting':
      return 'connecting';
    case 'elsewhere':
      return 'another process of this gate holds it';
    case 'down':
      return `${state.isRefused ? 'refused by the platform' : 'not connected'} since ${new Date(state.sinceMs).toISOString()}: ${state.reason}`;
    default:
      return never(state);
  }
}

function cureOf(state: SocketState): string {
  if (state.kind !== 'down') return '';
  if (state.isRefused)
    return "Mend this channel's token or its app's settings and start the gate again. Its queue is kept; without a restart it is tried every 5 minutes.";
  if (state.reason === 'ledger_unavailable') return 'See what is said of the database.';
  return 'It connects again by itself, after a minute at most; see that this machine can reach the platform.';
}
