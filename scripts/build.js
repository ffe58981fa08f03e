// Builds the product: dist/ for Node, dist/web/ for browsers. One command, so that `npm ci` leaves a working `gate`.
import { execFileSync } from 'node:child_process';
import { chmodSync, rmSync } from 'node:fs';

const tsc = (...args) => execFileSync('npx', ['--no-install', 'tsc', ...args], { stdio: 'inherit' });

rmSync('dist', { recursive: true, force: true });
tsc('-p', 'tsconfig.json');
tsc('-p', 'tsconfig.web.json');
chmodSync('dist/src/main.js', 0o755);
