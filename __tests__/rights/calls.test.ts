import { globSync, readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { configKeyRights, type Right, stepRights } from '../../src/aws/rights.ts';
import { type StepName, stepNames } from '../../src/inputs/topologies.ts';
import { reachedCalls } from '../support/reached-calls.ts';

/** IAM's prefix of each client package. */
const prefixes: Record<string, string> = {
  'client-cloudformation': 'cloudformation',
  'client-cloudwatch-logs': 'logs',
  'client-ecs': 'ecs',
  'client-s3': 's3',
  'client-secrets-manager': 'secretsmanager',
  'client-servicediscovery': 'servicediscovery',
  'client-sts': 'sts',
};
/** Calls whose right has another name than they have. */
const renamed: Record<string, string> = {
  's3:HeadObject': 's3:GetObject',
  's3:GetBucketEncryption': 's3:GetEncryptionConfiguration',
};
/** Everybody may ask who they are. */
const free = ['sts:GetCallerIdentity'];

/** What is done after a step that did not end by itself: `src/steps/close.ts` finds it by what is still open. */
const afterwards: Record<StepName, [file: string, name: string]> = {
  deploy: ['src/stack/withdraw.ts', 'withdrawChange'],
  scale: ['src/stack/withdraw.ts', 'withdrawChange'],
  verify: ['src/verify/dismissal.ts', 'dismissRun'],
};

/** Calls that a step reaches by name and never makes. */
const never: Record<StepName, Record<string, string>> = {
  deploy: {},
  scale: {
    'cloudformation:DeleteStack': 'for the shell of a new stack: scale plans none',
    'cloudformation:ListChangeSets': 'for the shell of a new stack: scale plans none',
  },
  verify: {
    'cloudformation:DescribeStackEvents': 'the events that it reads are those of ECS services',
  },
};

const sources = globSync('src/**/*.ts').map((file) => ({ file, text: readFileSync(file, 'utf8') }));

/** The action of each command, by the client that it is imported from. */
const actions = new Map(
  sources.flatMap(({ text }) =>
    [...text.matchAll(/import \{([^}]*)\} from '@aws-sdk\/([\w-]+)'/g)].flatMap(
      ([, names = '', client = '']) =>
        [...names.matchAll(/(?<!type )\b(\w+)Command\b/g)].map(([, name = '']) => {
          const action = `${prefixes[client] ?? client}:${name}`;
          return [name, renamed[action] ?? action] as const;
        }),
    ),
  ),
);

function called(step: StepName): string[] {
  const commands = [
    ...reachedCalls(`src/steps/${step}.ts`, 'run'),
    ...reachedCalls(...afterwards[step], 'src/steps/close.ts'),
  ];
  const found = commands.map((command) => actions.get(command) ?? command);
  return [...new Set(found)].filter((action) => !free.includes(action)).toSorted();
}

/** With what `deploy` asks of a bucket under a KMS key, which is in a policy of its own. */
const rightsOf = (step: StepName): readonly Right[] => [
  ...stepRights[step],
  ...(step === 'deploy' ? configKeyRights : []),
];

const listed = (step: StepName, which: (right: Right) => boolean) =>
  [
    ...new Set(
      rightsOf(step)
        .filter(which)
        .map(({ action }) => action),
    ),
  ].toSorted();

describe.each(stepNames)('the rights of %s', (step) => {
  it('are those of the calls that it comes to make: none is missing, none is superfluous', () => {
    const made = called(step).filter((action) => !(action in never[step]));
    expect(listed(step, ({ beside }) => beside === undefined)).toEqual(made);
  });

  it('leave out only calls that it reaches', () => {
    expect(Object.keys(never[step]).filter((action) => !called(step).includes(action))).toEqual([]);
  });

  it('have beside these only what AWS asks for with one of them', () => {
    const calls = listed(step, ({ beside }) => beside === undefined);
    const asked = rightsOf(step).flatMap(({ beside }) => beside ?? []);
    expect(asked.filter((call) => !calls.includes(call))).toEqual([]);
  });
});

describe('a call of the kit', () => {
  it.each([...actions.values()].filter((action) => !free.includes(action)))(
    'is made by a step: %s',
    (action) => {
      expect(stepNames.flatMap(called)).toContain(action);
    },
  );

  it('is made in src/aws only', () => {
    const elsewhere = sources.filter(
      ({ file, text }) => !file.startsWith('src/aws/') && text.includes('@aws-sdk/'),
    );
    expect(elsewhere.map(({ file }) => file)).toEqual([]);
  });
});
