/** Live streams to open inboxes (server-sent events): each reader is told of its own messages, and of nothing else. */
import type { Response } from 'express';
import type { Clock } from '../src/base/time/clock.js';
import { messageView, type Message } from './message.js';

/** Our own limits: a person has a few tabs open, and a process can hold only so many streams. */
const MAX_STREAMS_PER_HANDLE = 8;
const MAX_STREAMS = 500;
/** Below the idle limit of every common proxy (60 s), and how soon a signed-out reader's stream ends. */
const HEARTBEAT_MS = 20_000;

export interface LiveStreams {
  /** False: too many already. `isStillWelcome` is asked with every heartbeat. */
  add(handle: string, response: Response, isStillWelcome: () => Promise<boolean>): boolean;
  tell(message: Message): void;
  close(): void;
}

export function liveStreams(clock: Clock): LiveStreams {
  const streams = new Map<Response, string>();

  function beat(response: Response, isStillWelcome: () => Promise<boolean>): void {
    const cancel = clock.after(HEARTBEAT_MS, () => {
      void isStillWelcome()
        .catch(() => false)
        .then((isWelcome) => {
          if (!isWelcome) response.end();
          if (response.writableEnded) return;
          response.write(': beat\n\n');
          beat(response, isStillWelcome);
        });
    });
    response.once('close', cancel);
  }

  return {
    add(handle, response, isStillWelcome) {
      const own = [...streams.values()].filter((other) => other === handle).length;
      if (own >= MAX_STREAMS_PER_HANDLE || streams.size >= MAX_STREAMS) return false;
      streams.set(response, handle);
      response.once('close', () => streams.delete(response));
      response.writeHead(200, { 'content-type': 'text/event-stream', 'x-accel-buffering': 'no' });
      response.write('retry: 2000\n\n');
      beat(response, isStillWelcome);
      return true;
    },
    tell(message) {
      const event = `event: message\ndata: ${JSON.stringify(messageView(message))}\n\n`;
      for (const [response, handle] of streams) if (handle === message.handle) response.write(event);
    },
    close() {
      for (const response of streams.keys()) response.end();
      streams.clear();
    },
  };
}
