// The import boundaries of docs/adr/0001: dependencies point one way,
//   main → steps → {template, deployed, stack, release, verify, sampling, collector, report} → aws (ports) → kit.
// Inside the braces only verify → collector, verify → sampling, sampling → collector, and deployed → {stack, release,
// collector}.

const rooms = {
  kit: [],
  template: ['kit'],
  aws: ['kit'],
  release: ['aws', 'kit'],
  stack: ['aws', 'kit'],
  collector: ['aws', 'kit'],
  sampling: ['collector', 'aws', 'kit'],
  verify: ['collector', 'sampling', 'aws', 'kit'],
  deployed: ['stack', 'release', 'collector', 'aws', 'kit'],
  report: ['aws', 'kit'],
  inputs: ['kit'],
  steps: [
    ...[
      'inputs',
      'template',
      'deployed',
      'stack',
      'release',
      'verify',
      'sampling',
      'collector',
      'report',
      'aws',
      'kit',
    ],
  ],
};

const oneWay = Object.entries(rooms).map(([room, mayImport]) => ({
  name: `${room}-imports-only-${mayImport.join('-') || 'nothing-of-ours'}`,
  severity: 'error',
  from: { path: `^src/${room}/` },
  to: { path: '^src/', pathNot: `^src/(${[room, ...mayImport].join('|')})/` },
}));

module.exports = {
  forbidden: [
    ...oneWay,
    {
      name: 'only-main-inputs-report-know-the-actions-toolkit',
      severity: 'error',
      from: { path: '^src/', pathNot: '^src/(main\\.ts|inputs/|report/)' },
      to: { path: 'node_modules/@actions/' },
    },
    {
      name: 'only-aws-knows-the-sdk',
      severity: 'error',
      from: { path: '^src/', pathNot: '^src/aws/' },
      to: { path: 'node_modules/(@aws-sdk|@smithy)/' },
    },
    { name: 'no-cycles', severity: 'error', from: { path: '^src/' }, to: { circular: true } },
    {
      name: 'no-development-package-in-the-bundle',
      severity: 'error',
      from: { path: '^src/' },
      to: { dependencyTypes: ['npm-dev', 'npm-no-pkg', 'npm-unknown'] },
    },
    {
      name: 'everything-resolves',
      severity: 'error',
      from: { path: '^src/' },
      to: { couldNotResolve: true },
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    tsPreCompilationDeps: true,
    parser: 'swc',
    moduleSystems: ['es6'],
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'node', 'default', 'types'],
    },
  },
};
