/** The program `gate` with one channel more than the product has. */
import { channels } from '../../bots/index.js';
import { runProcess } from '../../src/cli/run-process.js';
import { toyEntry } from './toy/entry.js';

await runProcess([...channels, toyEntry]);
