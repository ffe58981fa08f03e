// Files, exports and packages that nobody uses: `knip`, a part of `npm run lint`.
//
// An export is what another file imports; what only its own file uses is not exported. Tests count as users: they may import a
// limit to exceed it, or a pure function to feed it, that the product itself uses in one file only. An export that not even a
// test imports goes.
export default {
  // beside package.json's `bin` and `exports`
  entry: [
    'src/main.ts', // joined with the rest by scripts/joined.js, as the thread's program
    'src/ledger/sqlite/worker.ts',
    '**/web/*.ts', // scripts of pages
    'scripts/*.js',
    'scripts/mutants/sequencer.js', // started by its path, as those below
    'bench/main.ts',
    'bench/servers/*.ts',
    'test/**/*.test.ts',
    'test/**/*-process.ts',
    'test/{faults,soak,upgrade}/main.ts',
    'test/setup/{start,stop,take-coverage}.ts',
  ],
  project: ['{src,bots,cards,inbox,demo,test,bench}/**/*.ts', 'scripts/**/*.js'],
  // programs of the system that tests and benchmarks start where they are installed
  ignoreBinaries: ['nginx', 'caddy', 'haproxy', 'wrk', 'taskset', 'mkfifo', 'mount', 'umount', 'promtool'],
  ignoreDependencies: [
    '@simplewebauthn/browser', // one file of it is served, found by the package's entry
    '@ip-location-db/geo-whois-asn-country-mmdb', // a data file, found by its path
    'jest', // started by its path
    'axe-core', // a script for pages, found by its path
  ],
};
