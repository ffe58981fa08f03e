/** All migrations, oldest first. They go forward only; one that was released is never changed. */
import { First1795402800000 } from './0001-first.js';

export const migrations = [First1795402800000];
