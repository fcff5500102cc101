/** Tests run as the sources do: ESM, types stripped. One project per layer, so that each can be run alone. */
const shared = {
  testEnvironment: 'node',
  extensionsToTreatAsEsm: ['.ts'],
  transform: {
    '\\.ts$': [
      '@swc/jest',
      { jsc: { parser: { syntax: 'typescript' }, target: 'es2024' }, module: { type: 'es6' } },
    ],
  },
};

const cases = [
  'chaos',
  'deploy-config-faults',
  'deploy-creation',
  'deploy-others',
  'interruption',
  'rights',
  'side-by-side',
  'verify-delivery',
  'verify-paths',
  'verify-sampling',
  'verify-senders',
].map((name) => `${name}.test.ts`);

export default {
  projects: [
    // Without containers: tables, parsers, the bundle as a process.
    {
      ...shared,
      displayName: 'unit',
      testMatch: ['<rootDir>/__tests__/**/*.test.ts'],
      testPathIgnorePatterns: ['/collector-process/', '/local-cloud/'],
    },
    // With the real collector and the real telemetrygen as processes on loopback.
    {
      ...shared,
      displayName: 'collector',
      testMatch: ['<rootDir>/__tests__/collector-process/**/*.test.ts'],
    },
    // On the running local cloud.
    {
      ...shared,
      displayName: 'local-cloud',
      testMatch: ['<rootDir>/__tests__/local-cloud/**/*.test.ts'],
      testPathIgnorePatterns: cases,
    },
    // The cases that are not part of every run yet: `npm test -- cases`.
    {
      ...shared,
      displayName: 'cases',
      testMatch: cases.map((name) => `<rootDir>/__tests__/local-cloud/${name}`),
    },
  ],
};
