/** The verbs of telemetry, for the registry. */
export { derive } from './derive.js';
export { flush } from './flush.js';
export { read, totals } from './read.js';
export { rollUp } from './roll-up.js';
export { due, sampleQueue } from './sample.js';
