/** All migrations, oldest first. They go forward only; one that was released is never changed. */
import { First1795402800000 } from './0001-first.js';
import { Chat1795489200000 } from './0002-chat.js';
import { Seals1795575600000 } from './0003-seals.js';
import { MaybeThere1795662000000 } from './0004-maybe-there.js';
import { FewerPages1795748400000 } from './0005-fewer-pages.js';

export const migrations = [
  First1795402800000,
  Chat1795489200000,
  Seals1795575600000,
  MaybeThere1795662000000,
  FewerPages1795748400000,
];
