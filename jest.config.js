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

/** On the running local cloud, several files at a time: each has a stack of its own, and mostly waits. */
const cases = [
  'central-cluster',
  'chaos',
  'conformance',
  'deploy-config-faults',
  'deploy-creation',
  'deploy-others',
  'foreign-aws-cli',
  'foreign-cdk',
  'individual',
  'individual-alone',
  'interruption',
  'key-rotation',
  'others',
  'rights',
  'scale',
  'side-by-side',
  'verify-delivery',
  'verify-evidence',
  'verify-paths',
  'verify-receivers',
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
      testPathIgnorePatterns: ['/collector-process/', '/local-cloud/', '-afterwards/'],
    },
    // With the real collector and the real telemetrygen as processes on loopback.
    {
      ...shared,
      displayName: 'collector',
      testMatch: ['<rootDir>/__tests__/collector-process/**/*.test.ts'],
    },
    // On the running local cloud, one after the other: exact counts at a high rate, or the whole account looked at.
    {
      ...shared,
      displayName: 'local-cloud',
      testMatch: ['<rootDir>/__tests__/local-cloud/**/*.test.ts'],
      testPathIgnorePatterns: cases,
    },
    {
      ...shared,
      displayName: 'cases',
      testMatch: cases.map((name) => `<rootDir>/__tests__/local-cloud/${name}`),
    },
    // On the cloud of the cases when those are over: what they asked IAM.
    {
      ...shared,
      displayName: 'cases-afterwards',
      testMatch: ['<rootDir>/__tests__/cases-afterwards/*.test.ts'],
    },
    // On the same cloud when those are over.
    {
      ...shared,
      displayName: 'afterwards',
      testMatch: ['<rootDir>/__tests__/local-cloud-afterwards/*.test.ts'],
    },
  ],
};
