#!/usr/bin/env node
/** The program `gate`: the command line, with the channels of the product. The one file of src that knows which there are. */
import { channels } from '../bots/index.js';
import { runProcess } from './cli/run-process.js';

await runProcess(channels);
