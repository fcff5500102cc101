import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import { policyOf } from '../../src/aws/policy.ts';
import { type Right, stepRights } from '../../src/aws/rights.ts';

/** IAM's prefix of each client package, and the calls whose right has another name than they have. */
const prefixes: Record<string, string> = {
  'client-cloudformation': 'cloudformation',
  'client-cloudwatch-logs': 'logs',
  'client-ecs': 'ecs',
  'client-s3': 's3',
  'client-secrets-manager': 'secretsmanager',
  'client-servicediscovery': 'servicediscovery',
  'client-sts': 'sts',
};
const renamed: Record<string, string> = { 's3:HeadObject': 's3:GetObject' };
/** Everybody may ask who they are. */
const free = ['sts:GetCallerIdentity'];

const listed = new Set(Object.values(stepRights).flatMap((rights) => rights.map(({ action }) => action)));

/** The actions behind the commands that a file of `src/aws` imports. */
function called(source: string): string[] {
  const imports = source.matchAll(/import \{([^}]*)\} from '@aws-sdk\/([\w-]+)'/g);
  return [...imports].flatMap(([, names = '', client = '']) =>
    [...names.matchAll(/(?<!type )\b(\w+)Command\b/g)].map(([, name]) => `${prefixes[client]}:${name}`),
  );
}

describe('the table of rights', () => {
  const sources = readdirSync('src/aws').map((file) => readFileSync(`src/aws/${file}`, 'utf8'));
  const calls = [...new Set(sources.flatMap(called))].filter((action) => !free.includes(action));

  test.each(calls)('has %s, which the kit calls', (action) => {
    expect([...listed]).toContain(renamed[action] ?? action);
  });

  test('has nothing that the kit does not call, but for what AWS asks for beside a call', () => {
    const beside = Object.values(stepRights)
      .flat()
      .filter((right: Right) => right.beside)
      .map(({ action }) => action);
    const reached = calls.map((action) => renamed[action] ?? action);
    expect([...listed].filter((action) => ![...reached, ...beside].includes(action))).toEqual([]);
  });

  test.each(Object.keys(stepRights))('names each right of %s once per resource', (step) => {
    const rights = stepRights[step as keyof typeof stepRights];
    const keys = rights.map(({ action, resource }) => `${action} ${resource}`);
    expect(new Set(keys).size).toBe(keys.length);
  });
});

describe('a policy', () => {
  test('has one statement per resource, with the place filled in', () => {
    const rights: Right[] = [
      { action: 'a:One', resource: 'arn:PARTITION:a:::STACK/*', why: '' },
      { action: 'a:Two', resource: 'arn:PARTITION:a:::STACK/*', why: '' },
      { action: 'iam:PassRole', resource: '*', why: '', passedTo: 'ecs-tasks.amazonaws.com' },
    ];
    expect(policyOf(rights, { PARTITION: 'aws', STACK: 'otel' }).Statement).toEqual([
      { Sid: 'A', Effect: 'Allow', Action: ['a:One', 'a:Two'], Resource: 'arn:aws:a:::otel/*' },
      {
        Sid: 'IamAllToEcsTasks',
        Effect: 'Allow',
        Action: ['iam:PassRole'],
        Resource: '*',
        Condition: { StringEquals: { 'iam:PassedToService': 'ecs-tasks.amazonaws.com' } },
      },
    ]);
  });

  test('keeps the words that are not filled in', () => {
    const [statement] = policyOf(stepRights.deploy).Statement;
    expect(statement?.Resource).toBe('arn:PARTITION:cloudformation:REGION:ACCOUNT:stack/STACK/*');
  });
});
