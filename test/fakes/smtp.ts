/**
 * A mail server on a loopback port that can be told to misbehave. It keeps mails as a mailbox does: the twin of a mail
 * it has, by Message-ID, is dropped.
 */
import { once } from 'node:events';
import { createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { SMTPServer, type SMTPServerOptions } from 'smtp-server';
import { readMail, type ReadMail } from './read-mail.js';

export type SmtpBehaviour =
  | 'normal'
  | 'hang'
  | 'hang_before_body'
  | 'refuse_connection'
  | 'reset_after_body'
  | 'reset_before_body'
  | 'busy'
  | 'busy_greeting'
  | 'closing'
  | 'garbage'
  | 'garbage_after_body'
  | 'bad_credentials'
  | 'unknown_recipient'
  | 'unknown_recipient_for_now'
  | 'sender_refused'
  | 'message_refused';

export interface FakeSmtp {
  readonly port: number;
  readonly user: string;
  readonly password: string;
  behave(behaviour: SmtpBehaviour): Promise<void>;
  calls(): number;
  /** Logins that were tried. */
  logins(): number;
  /** Resolves when a mail (or, before one could come, a connection) has arrived since `behave`. */
  arrival(): Promise<void>;
  mails(): readonly ReadMail[];
  /** Connections open at this moment. */
  connections(): number;
  /** Resolves when no connection is open. */
  idle(): Promise<void>;
  close(): Promise<void>;
}

/** The connection that a mail came over, and how its sender is answered. */
interface Sender {
  readonly remotePort: number;
  readonly callback: (error?: Error | null) => void;
}

const USER = 'gate';
const PASSWORD = 'correct horse: battery/staple@1';
/** These never come to a mail, so a connection is what arrives. */
const BEFORE_ANY_MAIL: readonly SmtpBehaviour[] = ['hang_before_body', 'garbage', 'busy_greeting'];

/** What becomes of single mails while the server as a whole is well. */
export interface SmtpTrouble {
  /** Asked once a mail, when it has arrived whole. */
  readonly fate: () => SmtpBehaviour;
  /** What is kept of a mail, where whole ones would be too much. */
  readonly kept?: (mail: ReadMail) => ReadMail;
}

/** `options`: what the SMTP server itself is to be like, beyond the defaults (`hideSTARTTLS: false`, `key`, `cert`). */
export async function startFakeSmtp(options: SMTPServerOptions = {}, trouble?: SmtpTrouble): Promise<FakeSmtp> {
  const mails: ReadMail[] = [];
  const sockets = new Set<Socket>();
  let behaviour: SmtpBehaviour = 'normal';
  let calls = 0;
  let logins = 0;
  let announce = (): void => undefined;
  let arrived = new Promise<void>((resolve) => (announce = resolve));

  const smtp = new SMTPServer({
    logger: false,
    disableReverseLookup: true,
    hideSTARTTLS: true,
    allowInsecureAuth: true,
    authOptional: true,
    onAuth(auth, _session, callback) {
      logins += 1;
      const isRight = auth.username === USER && auth.password === PASSWORD && behaviour !== 'bad_credentials';
      if (isRight) callback(null, { user: USER });
      else callback(reply(535, 'Authentication failed for gate'));
    },
    onMailFrom(_address, _session, callback) {
      if (behaviour === 'sender_refused') callback(reply(550, 'Sender not allowed'));
      else callback();
    },
    onRcptTo(_address, session, callback) {
      if (behaviour === 'unknown_recipient') count();
      if (behaviour === 'unknown_recipient') callback(reply(550, 'No such user here'));
      else if (behaviour === 'unknown_recipient_for_now') callback(reply(450, 'Mailbox busy'));
      else if (behaviour === 'reset_before_body') reset(session);
      else callback();
    },
    onData(stream, { remotePort }, callback) {
      const chunks: Buffer[] = [];
      stream.on('data', (chunk: Buffer) => chunks.push(chunk));
      stream.on('end', () => void take(Buffer.concat(chunks), { remotePort, callback }));
    },
    ...options,
  });
  smtp.on('error', () => undefined); // a client that went away

  async function take(raw: Buffer, from: Sender): Promise<void> {
    const { callback } = from;
    const fate = behaviour === 'normal' && trouble !== undefined ? trouble.fate() : behaviour;
    if (fate === 'normal' || fate === 'reset_after_body') keep(await readMail(raw));
    count();
    if (fate === 'normal') callback();
    else if (fate === 'busy') callback(reply(451, 'Try again later'));
    else if (fate === 'closing') callback(reply(421, 'Closing'));
    else if (fate === 'message_refused') callback(reply(554, 'Message looks like spam'));
    else if (fate === 'reset_after_body' || fate === 'reset_before_body') reset(from);
    else if (fate === 'garbage_after_body') for (const socket of of(from)) socket.write('\u0000<html>what?</html>\r\n');
  }
  function keep(mail: ReadMail): void {
    if (!mails.some(({ messageId }) => messageId === mail.messageId)) mails.push(trouble?.kept?.(mail) ?? mail);
  }
  function count(): void {
    calls += 1;
    announce();
  }
  function reset(from: Pick<Sender, 'remotePort'>): void {
    for (const socket of of(from)) socket.resetAndDestroy();
  }
  function of({ remotePort }: Pick<Sender, 'remotePort'>): readonly Socket[] {
    return [...sockets].filter((socket) => socket.remotePort === remotePort);
  }

  const greet = (socket: Socket): void => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
    socket.on('error', () => undefined);
    if (BEFORE_ANY_MAIL.includes(behaviour)) announce();
    if (behaviour === 'hang_before_body') socket.resume();
    else if (behaviour === 'garbage') socket.end('\u0000\u0001 SSH-2.0-what?\r\nHTTP/1.1 200 OK\r\n\r\n');
    else if (behaviour === 'busy_greeting') socket.end('421 4.3.2 too many connections\r\n');
    else smtp.connect(socket);
  };
  let server = await listen(0, greet);
  const { port } = server.address() as AddressInfo;

  return {
    port,
    user: USER,
    password: PASSWORD,
    async behave(next) {
      if (server.listening && next === 'refuse_connection') await stop(server);
      await hangUp(sockets);
      behaviour = next;
      arrived = new Promise((resolve) => (announce = resolve));
      if (!server.listening && next !== 'refuse_connection') server = await listen(port, greet);
    },
    calls: () => calls,
    logins: () => logins,
    arrival: () => arrived,
    mails: () => mails,
    connections: () => sockets.size,
    idle: () => allClosed(sockets),
    async close() {
      if (server.listening) await stop(server);
      for (const socket of sockets) socket.destroy();
      await allClosed(sockets);
    },
  };
}

function reply(responseCode: number, message: string): Error {
  return Object.assign(new Error(message), { responseCode });
}

async function listen(port: number, greet: (socket: Socket) => void): Promise<Server> {
  const server = createServer(greet).listen(port, '127.0.0.1');
  await once(server, 'listening');
  return server;
}

/** Stops listening; connections stay. */
function stop(server: Server): Promise<void> {
  server.close();
  return Promise.resolve();
}

/** Ends every connection and waits until the other side has seen it. */
async function hangUp(sockets: ReadonlySet<Socket>): Promise<void> {
  for (const socket of sockets) socket.end();
  await allClosed(sockets);
}

async function allClosed(sockets: ReadonlySet<Socket>): Promise<void> {
  await Promise.all([...sockets].map(closed));
}

async function closed(socket: Socket): Promise<void> {
  if (!socket.closed) await new Promise((resolve) => socket.once('close', resolve));
}
