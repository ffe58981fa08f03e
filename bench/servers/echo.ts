/** Sends back what it gets, byte for byte: the other end of a round trip over loopback. */
import { createServer } from 'node:net';
import { announce } from './announce.js';

const server = createServer((socket) => {
  socket.setNoDelay(true);
  socket.pipe(socket);
  socket.on('error', () => socket.destroy());
});
server.listen(0, '127.0.0.1', () => announce(server.address()));
