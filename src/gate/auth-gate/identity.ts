/** What the gate says of a visitor, put on a request in every form node:http offers it in; what the visitor says goes first. */
import type { IncomingMessage } from 'node:http';

/** An underscore twin is the same header to some frameworks. */
const IDENTITY = /^x[-_]gate[-_]/i;
/** Says that the bearer was a token for the gate; nothing of the visitor. */
const TOKEN = 'x-gate-token';

/** Takes `X-Gate-*` off, as the visitor sent it, from headers and from trailers. */
export function dropIdentity(request: IncomingMessage): void {
  drop(request, IDENTITY);
  // trailers come with the end of the body: this runs before any listener that the site adds
  request.once('end', () => {
    for (const trailers of [request.trailers, request.trailersDistinct]) dropNames(trailers, IDENTITY);
    dropLines(request.rawTrailers, IDENTITY);
  });
}

/** Puts on what the gate answered with its yes; a token for the gate ends here. */
export function takeIdentity(request: IncomingMessage, answer: IncomingMessage): void {
  for (const [name, value] of Object.entries(answer.headers)) {
    if (!IDENTITY.test(name) || name === TOKEN || typeof value !== 'string') continue;
    request.headers[name] = value;
    request.headersDistinct[name] = [value];
    request.rawHeaders.push(name, value);
  }
  if (answer.headers[TOKEN] === 'used') drop(request, /^authorization$/i);
}

function drop(request: IncomingMessage, names: RegExp): void {
  // read first: both are made from the raw lines when somebody first asks for them
  for (const headers of [request.headers, request.headersDistinct]) dropNames(headers, names);
  dropLines(request.rawHeaders, names);
}

function dropNames(headers: object, names: RegExp): void {
  for (const name of Object.keys(headers)) if (names.test(name)) Reflect.deleteProperty(headers, name);
}

function dropLines(raw: string[], names: RegExp): void {
  for (let at = raw.length - 2; at >= 0; at -= 2) if (names.test(raw[at] ?? '')) raw.splice(at, 2);
}
