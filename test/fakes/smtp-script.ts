/** A mail server that goes wrong at one point of the dialogue: it answers there by a line of its own, or hangs up. */
import { once } from 'node:events';
import { createServer, type AddressInfo, type Socket } from 'node:net';

export type SmtpPoint = 'greeting' | 'EHLO' | 'MAIL' | 'RCPT' | 'DATA' | 'body' | 'dot';

export interface SmtpScript {
  /** Several: of each connection, as they come. */
  readonly at: SmtpPoint | readonly SmtpPoint[];
  /** A reply without its line end; `close`: the connection ends; `reset`: it breaks; `silence`: nothing comes. */
  readonly say: string;
  readonly isPipelining?: boolean;
}

export interface ScriptedSmtp {
  readonly port: number;
  /** All commands that came, without the mails. */
  commands(): readonly string[];
  /** Bytes of mails. */
  bodyBytes(): number;
  close(): Promise<void>;
}

export async function startScriptedSmtp({ at: points, say, isPipelining = false }: SmtpScript): Promise<ScriptedSmtp> {
  const sockets = new Set<Socket>();
  const commands: string[] = [];
  let bodyBytes = 0;
  let connections = 0;
  const server = createServer((socket) => {
    const at = typeof points === 'string' ? points : points[connections % points.length];
    connections += 1;
    sockets.add(socket.on('close', () => sockets.delete(socket)).on('error', () => undefined));
    let isBody = false;
    let pending = '';
    const answer = (point: SmtpPoint, usual: string): void => {
      if (point !== at) socket.write(`${usual}\r\n`);
      else if (say === 'close') socket.end();
      else if (say === 'reset') socket.resetAndDestroy();
      else if (say !== 'silence') socket.write(`${say}\r\n`);
    };
    const ofBody = (line: string): void => {
      bodyBytes += line.length + 2;
      if (at === 'body') answer('body', '');
      else if (line === '.') answer('dot', '250 2.0.0 queued');
      if (line === '.') isBody = false;
    };
    const ofCommand = (line: string): void => {
      commands.push(line);
      const verb = line.slice(0, 4).toUpperCase();
      if (verb === 'EHLO') answer('EHLO', isPipelining ? '250-script\r\n250 PIPELINING' : '250 script');
      else if (verb === 'MAIL') answer('MAIL', '250 2.1.0 ok');
      else if (verb === 'RCPT') answer('RCPT', '250 2.1.5 ok');
      else if (verb === 'DATA') {
        answer('DATA', '354 go on');
        isBody = at !== 'DATA';
      } else socket.write(verb === 'QUIT' ? '221 bye\r\n' : '250 ok\r\n');
    };
    socket.on('data', (chunk) => {
      pending += chunk.toString('latin1');
      const lines = pending.split('\r\n');
      pending = lines.pop() ?? '';
      for (const line of lines)
        if (isBody) ofBody(line);
        else ofCommand(line);
    });
    answer('greeting', '220 script ESMTP');
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    port: (server.address() as AddressInfo).port,
    commands: () => commands,
    bodyBytes: () => bodyBytes,
    async close() {
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
