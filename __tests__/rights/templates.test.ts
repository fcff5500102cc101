import { describe, expect, it } from '@jest/globals';
import { authorization } from '../../scripts/rights/data.ts';
import { type Allowed, referenceFaults } from '../../scripts/rights/reference.ts';
import { guideTemplates } from '../support/guide-commands.ts';
import { stack } from '../support/rendered.ts';

/** A statement of a policy in a template, whatever else it has. */
interface Statement {
  Action: string | string[];
  Resource: unknown;
  Condition?: Record<string, Record<string, unknown>>;
}

const isStatement = (value: object): value is Statement => 'Action' in value && 'Resource' in value;

/** Statements with a resource: those of trust policies have none. */
function statementsIn(value: unknown): Statement[] {
  if (typeof value !== 'object' || value === null) return [];
  if (isStatement(value)) return [value];
  return Object.values(value).flatMap(statementsIn);
}

/** What the stack made is `<Id>` in a rendered template: any resource, then. */
const resourceOf = (value: string) => (value.startsWith('<') ? '*' : value);

function allowed(statement: Statement): Allowed[] {
  const conditionKeys = Object.values(statement.Condition ?? {}).flatMap((it) => Object.keys(it));
  return [statement.Action]
    .flat()
    .flatMap((action) =>
      [statement.Resource].flat().map((it) => ({ action, resource: resourceOf(String(it)), conditionKeys })),
    );
}

/** Every way to make roles and secrets that a template has. */
const ways: Record<string, string | undefined>[] = [
  {},
  { TaskExecutionRoleArn: 'arn:aws:iam::123456789012:role/given' },
  { S3ConfigKmsKeyArn: 'arn:aws:kms:eu-west-1:123456789012:key/0a1b2c3d-0000-4000-8000-000000000000' },
  {
    CoralogixApiKey: undefined,
    CoralogixApiKeySecretArn: 'arn:aws:secretsmanager:eu-west-1:123456789012:secret:key-AbCdEf',
  },
];

/** A resource policy is about its own secret, so that `*` is no more than that. */
const wide = ['secretsmanager:GetSecretValue'];

describe.each(guideTemplates.filter((file) => !file.includes('namespace')))('a policy in %s', (file) => {
  const rights = ways
    .flatMap((way) => statementsIn(Object.values(stack(file, way).resources)))
    .flatMap(allowed);

  it('is there', () => expect(rights.map(({ action }) => action)).toContain('s3:GetObject'));

  it('names actions, resources and condition keys as the Service Authorization Reference has them', () => {
    const faults = referenceFaults(rights, authorization);
    expect(faults.filter(({ action, fault }) => !(fault === 'wider' && wide.includes(action)))).toEqual([]);
  });
});
