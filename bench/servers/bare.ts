/** What everything is measured against: a bare node:http server that answers 204 and does nothing else. */
import { createServer } from 'node:http';
import { announce } from './announce.js';

const server = createServer((_request, response) => {
  response.writeHead(204).end();
});
server.keepAliveTimeout = 75_000; // as the gate's listener has it
server.listen(0, '127.0.0.1', () => announce(server.address()));
