/** The route table of an Express app, read from its own routers: what is mounted cannot be forgotten. */

import type { Mount } from '../../src/contract/channel.js';

export interface Route {
  /** Lower case; `all` for what takes any. */
  readonly method: string;
  /** With `:name` for what differs. */
  readonly path: string;
}

/** What Express's own types leave out. */
interface Layer {
  readonly route?: { readonly path: string; readonly methods: Readonly<Record<string, boolean>> };
  readonly handle: Handle;
  /** Mounted at `/`. */
  readonly slash: boolean;
}

interface Handle {
  readonly stack?: readonly Layer[];
  readonly router?: { readonly stack: readonly Layer[] };
}

/**
 * Every route of an Express app, those of its `mounts` with their paths before them. Throws for any other router that is
 * mounted at a path of its own, which Express keeps to itself: nothing may hide from the walk.
 */
export function routesOf(app: unknown, mounts: readonly Mount[] = []): readonly Route[] {
  return below(app as Handle, { prefix: '', mounts });
}

interface Place {
  readonly prefix: string;
  readonly mounts: readonly Mount[];
}

function below(app: Handle, place: Place): readonly Route[] {
  return stackOf(app).flatMap((layer): readonly Route[] => {
    const { route, handle, slash } = layer;
    if (route !== undefined) {
      const path = route.path === '/' && place.prefix !== '' ? place.prefix : place.prefix + route.path;
      return Object.keys(route.methods).map((method) => ({ method: method === '_all' ? 'all' : method, path }));
    }
    if (stackOf(handle).length === 0) return [];
    const mount = place.mounts.find((known) => (known.app as unknown) === handle);
    if (mount === undefined && !slash) throw new Error('a router is mounted at a path of its own');
    return below(handle, { ...place, prefix: place.prefix + (mount?.path ?? '') });
  });
}

function stackOf(handle: Handle): readonly Layer[] {
  return handle.stack ?? handle.router?.stack ?? [];
}
