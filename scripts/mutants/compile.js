// Compiles one mutated file: refuses what the type checker would refuse anyway, and emits JavaScript as `tsc` does.
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import ts from 'typescript';

/**
 * @param {string} folder The copy that is mutated.
 */
export function createCompiler(folder) {
  const config = ts.getParsedCommandLineOfConfigFile(`${folder}/tsconfig.json`, { noEmit: false }, ts.sys);
  if (config === undefined) throw new Error('tsconfig.json cannot be read');
  const { options, fileNames } = config;
  /** @type {Map<string, { version: number, text: string }>} */
  const changed = new Map();
  const textOf = (name) => changed.get(name)?.text ?? readFileSync(name, 'utf8');
  const host = {
    ...ts.sys,
    getCompilationSettings: () => options,
    getScriptFileNames: () => fileNames,
    getScriptVersion: (name) => String(changed.get(resolve(name))?.version ?? 0),
    getScriptSnapshot: (name) =>
      ts.sys.fileExists(name) ? ts.ScriptSnapshot.fromString(textOf(resolve(name))) : undefined,
    getCurrentDirectory: () => folder,
    useCaseSensitiveFileNames: () => true,
    getDefaultLibFileName: (one) => ts.getDefaultLibFilePath(one),
  };
  const service = ts.createLanguageService(host, ts.createDocumentRegistry());
  // one file alone does not tell that its package is made of ES modules
  const module = ts.ModuleKind.ESNext;
  const emitting = { ...options, module, moduleResolution: ts.ModuleResolutionKind.Bundler, sourceMap: false };
  const put = (name, text) => changed.set(name, { version: (changed.get(name)?.version ?? 0) + 1, text });
  return {
    /** The JavaScript of `file` with this text; null where it does not type-check. */
    compile(file, text) {
      const name = resolve(folder, file);
      const original = readFileSync(name, 'utf8');
      put(name, text);
      try {
        const faults = [...service.getSyntacticDiagnostics(name), ...service.getSemanticDiagnostics(name)];
        // what is merely unused now is no reason to say that the compiler would have found it
        if (faults.some(({ code }) => !UNUSED.has(code))) return null;
        return ts.transpileModule(text, { compilerOptions: emitting, fileName: name }).outputText;
      } finally {
        put(name, original);
      }
    },
  };
}

/** TS6133, TS6192, TS6196, TS6198, TS7027: declared and never used; never reached. */
const UNUSED = new Set([6133, 6192, 6196, 6198, 7027]);
