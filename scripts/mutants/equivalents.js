// Mutants that nobody can notice, each with its reason. One is known by its file, its whole line and its change, so that it
// survives edits elsewhere and is asked about again when its own line changes.

/** @type {readonly { readonly file: string, readonly line: string, readonly kind: string, readonly from?: string,
 *   readonly why: string }[]} */
const EQUIVALENTS = [
  ...['src/gate/check/tokens/token-cache.ts', 'src/gate/grants/rereading.ts'].map((file) => ({
    file,
    line: 'let isReading = false;',
    kind: 'constant changed',
    why: 'the first reading sets it in the same step that begins to listen, before anything asks',
  })),
  ...['let databaseAheadMs = 0;', 'let changesRead = 0;'].map((line) => ({
    file: 'src/gate/check/tokens/token-cache.ts',
    line,
    kind: 'constant changed',
    why: 'the first reading that succeeds sets it, and before that no token is known',
  })),
  {
    file: 'src/gate/check/tokens/token-cache.ts',
    line: 'let changes = 0;',
    kind: 'constant changed',
    why: 'compared with an earlier value of itself alone, once a reading has succeeded',
  },
  {
    file: 'src/gate/grants/rereading.ts',
    line: 'let losses = 0;',
    kind: 'constant changed',
    why: 'compared with an earlier value of itself alone',
  },
  {
    file: 'src/gate/visitor/return-path.ts',
    line: "const bare = path.split('?', 1)[0] ?? '/';",
    kind: 'constant changed',
    from: '1',
    why: 'a larger limit makes parts that nobody looks at',
  },
  {
    file: 'src/gate/check/asked.ts',
    line: "return DOT_SEGMENT.test(url.split('?', 1)[0] ?? '');",
    kind: 'constant changed',
    from: '1',
    why: 'a larger limit makes parts that nobody looks at',
  },
];

/** Kinds of statements that tell people something and change nothing: what a log says is read, and not relied upon. */
const TELLS_ONLY = /^(?:\w+\.)*log\.(?:info|warn|error)\(/;

/** Why nobody can notice this mutant; null: somebody should. */
export function equivalenceOf({ file, start, kind, from }, text) {
  if (kind === 'statement removed' && TELLS_ONLY.test(from)) return 'a line of the log';
  const line = text.slice(text.lastIndexOf('\n', start) + 1, text.indexOf('\n', start)).trim();
  const known = EQUIVALENTS.find(
    (one) => one.file === file && one.line === line && one.kind === kind && (one.from ?? from) === from,
  );
  return known?.why ?? null;
}
