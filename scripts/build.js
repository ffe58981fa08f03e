// Builds the product: dist/ for Node, dist/web/ for browsers. One command, so that `npm ci` leaves a working `gate`.
import { execFileSync } from 'node:child_process';
import { chmodSync, rmSync } from 'node:fs';
import { joined } from './joined.js';

const tsc = (...args) => execFileSync('npx', ['--no-install', 'tsc', ...args], { stdio: 'inherit' });

rmSync('dist', { recursive: true, force: true });
tsc('-p', 'tsconfig.json');
tsc('-p', 'tsconfig.web.json');
await joined('.');
for (const main of ['dist/src/main.js', 'dist/run/main.js']) chmodSync(main, 0o755);
