/**
 * One HTTP call on an open agent. What matters most is whether a failed call may have had its effect. Node sends what
 * was written only once the connection is set up, so whatever fails before that failed before a byte of the call was
 * on the wire.
 */
import type { ClientRequest, IncomingHttpHeaders, IncomingMessage, RequestOptions } from 'node:http';
import { FORBIDDEN_ADDRESS } from './egress-policy.js';
import type { HttpAnswer, HttpCall, HttpFailure } from './http-client.js';

const MAX_ANSWER_BYTES = 64 * 1024;

export interface Wire {
  readonly isEncrypted: boolean;
  request(wanted: RequestOptions): ClientRequest;
}

/** How far the connection is. `out`: the call may be on the wire. */
type Phase = 'connecting' | 'handshaking' | 'out';

interface Ending {
  settle(answer: HttpAnswer): void;
  fail(reason: HttpFailure): void;
  /** The status line came. */
  answering(status: number): void;
}

/** Resolves once, with whatever ends the call first; the connection of a call that failed is destroyed. */
export function exchange(call: HttpCall, to: { url: URL; host: string; wire: Wire }): Promise<HttpAnswer> {
  return new Promise((resolve) => {
    let request: ClientRequest;
    try {
      request = to.wire.request(wanted(call, to));
    } catch {
      resolve({ kind: 'not_sent', reason: 'network' }); // a header or a path that HTTP cannot carry
      return;
    }
    const phase = follow(request, to.wire.isEncrypted);
    const ending = end(call, { request, phase, resolve });
    request.on('error', (error) => {
      ending.fail(failureOf(error, phase()));
    });
    request.on('response', (response) => {
      collect(response, ending, call.maxAnswerBytes ?? MAX_ANSWER_BYTES);
    });
    request.end(call.body);
  });
}

function wanted(call: HttpCall, { url, host }: { url: URL; host: string }): RequestOptions {
  return {
    method: call.method,
    host,
    ...(url.port === '' ? {} : { port: url.port }),
    path: `${url.pathname}${url.search}`,
    headers: { ...call.headers, ...(call.body === undefined ? {} : { 'content-length': call.body.byteLength }) },
  };
}

function follow(request: ClientRequest, isEncrypted: boolean): () => Phase {
  let phase: Phase = 'connecting';
  request.on('socket', (socket) => {
    if (request.reusedSocket || !socket.connecting) {
      phase = 'out';
      return; // a connection that is reused is already set up, and listeners would pile up on it with every call
    }
    socket.once('connect', () => {
      phase = isEncrypted ? 'handshaking' : 'out';
    });
    if (!isEncrypted) return;
    socket.once('secureConnect', () => {
      phase = 'out';
    });
  });
  return () => phase;
}

function end(
  call: HttpCall,
  { request, phase, resolve }: { request: ClientRequest; phase: () => Phase; resolve: (answer: HttpAnswer) => void },
): Ending {
  let isSettled = false;
  let status: number | undefined;
  const settle = (answer: HttpAnswer): void => {
    if (isSettled) return;
    isSettled = true;
    clearTimeout(timer);
    clearTimeout(connecting);
    call.signal.removeEventListener('abort', onAbort);
    if (answer.kind !== 'answered') request.destroy();
    resolve(answer);
  };
  const fail = (reason: HttpFailure): void => {
    if (phase() === 'out') settle({ kind: 'no_answer', reason, ...(status === undefined ? {} : { status }) });
    else settle({ kind: 'not_sent', reason });
  };
  const onAbort = (): void => {
    fail('aborted');
  };
  const timer = setTimeout(fail, call.timeoutMs, 'timeout');
  const connecting =
    call.connectTimeoutMs === undefined
      ? undefined
      : setTimeout(() => {
          if (phase() !== 'out') fail('timeout');
        }, call.connectTimeoutMs);
  call.signal.addEventListener('abort', onAbort, { once: true });
  return {
    settle,
    fail,
    answering: (code) => {
      status = code;
    },
  };
}

function collect(response: IncomingMessage, ending: Ending, maxBytes: number): void {
  const status = response.statusCode ?? 0;
  const chunks: Buffer[] = [];
  let bytes = 0;
  ending.answering(status);
  response.on('data', (chunk: Buffer) => {
    bytes += chunk.length;
    if (bytes > maxBytes) ending.fail('answer_too_large');
    else chunks.push(chunk);
  });
  response.on('error', () => {
    ending.fail('reset');
  });
  response.on('end', () => {
    ending.settle({ kind: 'answered', status, headers: flat(response.headers), body: Buffer.concat(chunks) });
  });
}

function flat(headers: IncomingHttpHeaders): Readonly<Record<string, string>> {
  const given = Object.entries(headers).filter(([, value]) => value !== undefined);
  return Object.fromEntries(given.map(([name, value]) => [name, String(value)]));
}

const REASONS: Readonly<Record<string, HttpFailure>> = {
  [FORBIDDEN_ADDRESS]: 'forbidden_address',
  ENOTFOUND: 'dns',
  EAI_AGAIN: 'dns',
  ENODATA: 'dns',
  ECONNREFUSED: 'refused',
  ECONNRESET: 'reset',
  EPIPE: 'reset',
  ETIMEDOUT: 'timeout',
};

function failureOf(error: NodeJS.ErrnoException, phase: Phase): HttpFailure {
  const code = error.code ?? '';
  if (phase === 'handshaking' || /^(EPROTO|ERR_SSL_|ERR_TLS_)/.test(code)) return 'tls';
  return REASONS[code] ?? 'network';
}
