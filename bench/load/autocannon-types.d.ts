/** What we use of autocannon; the package carries no types. */
declare module 'autocannon' {
  export interface Options {
    readonly url: string;
    readonly connections: number;
    readonly duration: number;
    readonly requests: readonly { method: 'GET'; path: string; headers: Readonly<Record<string, string>> }[];
  }
  export interface Result {
    readonly requests: { readonly total: number };
    readonly latency: { readonly p99: number };
    readonly duration: number;
    readonly errors: number;
    readonly timeouts: number;
    readonly non2xx: number;
  }
  export default function autocannon(options: Options): Promise<Result>;
}
