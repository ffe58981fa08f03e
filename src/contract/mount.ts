/** What a plane mounts: planes know paths, not channels. */
import type { Express, Router } from 'express';

export interface Mount {
  readonly path: string;
  readonly app: Express | Router;
}
