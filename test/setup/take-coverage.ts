/** For `npm run coverage`: what V8 has counted is written down after each file of tests. */
import { takeCoverage } from 'node:v8';
import { afterAll } from '@jest/globals';

afterAll(() => takeCoverage());
