/** Tests are compiled by tsc to out/ first: a type error stops them, and no transformer stands between. */
export default {
  testEnvironment: 'node',
  roots: ['<rootDir>/out/test'],
  testMatch: ['**/*.test.js'],
  transform: {},
  globalSetup: '<rootDir>/out/test/setup/start.js',
  globalTeardown: '<rootDir>/out/test/setup/stop.js',
  coverageProvider: 'v8',
  testTimeout: 30_000,
  testSequencer: '<rootDir>/scripts/longest-first.js',
  maxWorkers: 2,
  // a worker keeps the modules of every file that it has run: near 4 GB it does nothing but collect garbage
  workerIdleMemoryLimit: '1GB',
};
