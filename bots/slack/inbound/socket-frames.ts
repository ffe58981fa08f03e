/** Which frames of the socket are Slack's (docs.slack.dev/apis/events-api/using-socket-mode). The SDK trips over all others. */
import { isFields, type Fields } from '../../../src/base/text/fields.js';

const ENVELOPES = new Set(['events_api', 'interactive', 'slash_commands']);
/** The SDK tells of itself by events of these names, on the emitter on which it also tells of Slack's. */
const ITS_OWN_EVENTS = new Set([
  'connecting',
  'connected',
  'reconnecting',
  'disconnecting',
  'disconnected',
  'authenticated',
  'error',
  'close',
  'ws_message',
  'slack_event',
  'outgoing_message',
]);

export function isKnownFrame(data: unknown): boolean {
  const frame = read(data);
  if (frame === null) return false;
  const type = frame['type'];
  if (type === 'hello' || type === 'disconnect') return true;
  if (typeof type !== 'string' || !ENVELOPES.has(type)) return false;
  const { envelope_id: id, payload } = frame;
  if (typeof id !== 'string' || id === '' || !isFields(payload)) return false;
  return type !== 'events_api' || isEvent(payload['event']);
}

/** Why Slack ends the connection; null for any other frame. */
export function disconnectReason(data: unknown): string | null {
  const frame = read(data);
  if (frame?.['type'] !== 'disconnect') return null;
  return typeof frame['reason'] === 'string' ? frame['reason'] : '';
}

function isEvent(event: unknown): boolean {
  return isFields(event) && typeof event['type'] === 'string' && !ITS_OWN_EVENTS.has(event['type']);
}

function read(data: unknown): Fields | null {
  if (typeof data !== 'string') return null;
  try {
    const frame: unknown = JSON.parse(data);
    return isFields(frame) ? frame : null;
  } catch {
    return null; // no JSON: none of Slack's
  }
}
