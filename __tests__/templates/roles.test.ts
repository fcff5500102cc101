import { describe, expect, it } from '@jest/globals';
import { guideTemplates } from '../support/guide-commands.ts';
import { at, shipped, stack } from '../support/rendered.ts';
import type { JsonMap } from '../support/template.ts';

const withRoles = guideTemplates.filter((file) => 'TaskExecutionRoleArn' in shipped(file).parameters);
const execution = 'arn:aws:iam::123456789012:role/execution';
const task = 'arn:aws:iam::123456789012:role/task';
const secret = 'arn:aws:secretsmanager:eu-west-1:123456789012:secret:key-AbCdEf';
const rolesMade = ['TaskExecutionRole', 'TaskRole'];

function stackOf(file: string, more: Record<string, string | undefined> = {}) {
  const rendered = stack(file, more);
  const definitions = Object.entries(rendered.resources)
    .filter(([, { Type }]) => Type === 'AWS::ECS::TaskDefinition')
    .map(([, { Properties }]) => Properties);
  return {
    rendered,
    definitions,
    /** The roles that the stack makes for tasks. */
    made: rolesMade.filter((id) => id in rendered.resources),
    roles: definitions.map((it) => [it['ExecutionRoleArn'], it['TaskRoleArn']]),
    keyFrom: Object.keys(rendered.resources)
      .filter((id) => id.endsWith('TaskDefinition'))
      .map((id) => at(rendered, `${id}/ContainerDefinitions/otel-collector/Secrets/0/ValueFrom`)),
  };
}

/** Each of them is the same for every task definition of the stack. */
const all = <T>(items: readonly unknown[], value: T): T[] => items.map(() => value);

describe.each(withRoles)('%s', (file) => {
  it('makes both roles when none is given', () => {
    const { made, roles, rendered, keyFrom } = stackOf(file);
    expect(made).toEqual(rolesMade);
    expect(roles).toEqual(all(roles, ['<TaskExecutionRole.Arn>', '<TaskRole.Arn>']));
    expect(keyFrom).toEqual(all(keyFrom, '<ApiKeySecret>'));
    expect(at(rendered, 'TaskExecutionRole/Policies/read-api-key/PolicyDocument/Statement/0')).toEqual({
      Effect: 'Allow',
      Action: 'secretsmanager:GetSecretValue',
      Resource: '<ApiKeySecret>',
    });
    expect(rendered.resources).not.toHaveProperty('ApiKeySecretPolicy');
    expect(rendered.outputs['TaskExecutionRoleArn']).toBe('<TaskExecutionRole.Arn>');
  });

  it('takes a given execution role for both, and makes none', () => {
    const { made, roles, rendered } = stackOf(file, { TaskExecutionRoleArn: execution });
    expect(made).toEqual([]);
    expect(roles).toEqual(all(roles, [execution, execution]));
    expect(rendered.outputs['TaskExecutionRoleArn']).toBe(execution);
  });

  it('lets a given role, whose rights it does not know, read its own secret before a task starts', () => {
    const { rendered, keyFrom } = stackOf(file, { TaskExecutionRoleArn: execution });
    expect(rendered.resources['ApiKeySecretPolicy']?.Properties).toEqual({
      SecretId: '<ApiKeySecret>',
      BlockPublicPolicy: true,
      ResourcePolicy: {
        Version: '2012-10-17',
        Statement: [
          {
            Effect: 'Allow',
            Principal: { AWS: execution },
            Action: 'secretsmanager:GetSecretValue',
            Resource: '*',
          },
        ],
      },
    });
    // Its Ref is the secret's ARN as well; by it, task definitions come after the policy.
    expect(keyFrom).toEqual(all(keyFrom, '<ApiKeySecretPolicy>'));
  });

  it('separates the two roles when both are given', () => {
    const { made, roles } = stackOf(file, { TaskExecutionRoleArn: execution, TaskRoleArn: task });
    expect(made).toEqual([]);
    expect(roles).toEqual(all(roles, [execution, task]));
  });

  it('makes the execution role alone when the other is given', () => {
    const { made, roles } = stackOf(file, { TaskRoleArn: task });
    expect(made).toEqual(['TaskExecutionRole']);
    expect(roles).toEqual(all(roles, ['<TaskExecutionRole.Arn>', task]));
  });

  it.each([secret, `${secret}:::0123-version`, `${secret}:api-key::`])(
    'makes no secret for the given %s, and lets its own role read just that',
    (given) => {
      const { rendered, keyFrom } = stackOf(file, {
        CoralogixApiKey: undefined,
        CoralogixApiKeySecretArn: given,
      });
      expect(rendered.resources).not.toHaveProperty('ApiKeySecret');
      expect(keyFrom).toEqual(all(keyFrom, given));
      expect(
        at(rendered, 'TaskExecutionRole/Policies/read-api-key/PolicyDocument/Statement/0/Resource'),
      ).toBe(secret);
    },
  );

  it('changes no secret of others for a given role', () => {
    const more = { CoralogixApiKey: undefined, CoralogixApiKeySecretArn: secret };
    const { rendered } = stackOf(file, { ...more, TaskExecutionRoleArn: execution });
    expect(rendered.resources).not.toHaveProperty('ApiKeySecretPolicy');
  });

  // What the guide's example policy for a given role has, beside AmazonECSTaskExecutionRolePolicy and the secret.
  it('asks nothing of a role that it would not ask of its own: configurations and, where it routes, Cloud Map', () => {
    const policies = stackOf(file).rendered.resources['TaskRole']?.Properties['Policies'];
    const actions = (
      policies as { PolicyDocument: { Statement: { Action: string | string[] }[] } }[]
    ).flatMap(({ PolicyDocument }) => PolicyDocument.Statement.flatMap(({ Action }) => Action));
    const routes = !file.endsWith('sampling-agents.yaml');
    expect(actions).toEqual([
      's3:GetObject',
      's3:GetObjectVersion',
      ...(routes ? ['servicediscovery:DiscoverInstances'] : []),
    ]);
  });

  it('may decrypt with the key of the configurations, and with no other, once it is given', () => {
    const key = 'arn:aws:kms:eu-west-1:123456789012:key/0f2c';
    const statements = (more: Record<string, string>) =>
      at(
        stackOf(file, more).rendered,
        'TaskRole/Policies/read-configurations/PolicyDocument/Statement',
      ) as JsonMap[];
    expect(statements({})).toHaveLength(1);
    expect(statements({ S3ConfigKmsKeyArn: key }).at(-1)).toEqual({
      Effect: 'Allow',
      Action: 'kms:Decrypt',
      Resource: key,
    });
  });

  it('may discover gateways in its own namespace only', () => {
    const { rendered } = stackOf(file, { NamespaceName: 'one.of-ours' });
    const policies = JSON.stringify(rendered.resources['TaskRole']?.Properties['Policies']);
    if (file.endsWith('sampling-agents.yaml')) return expect(policies).not.toContain('servicediscovery');
    const path = 'TaskRole/Policies/discover-gateways/PolicyDocument/Statement/0';
    expect(at(rendered, `${path}/Resource`)).toEqual([
      'arn:aws:servicediscovery:eu-west-1:123456789012:namespace/*',
      'arn:aws:servicediscovery:eu-west-1:123456789012:service/*',
    ]);
    return expect(at(rendered, `${path}/Condition/StringEquals`)).toEqual({
      'servicediscovery:NamespaceName': 'one.of-ours',
      'servicediscovery:ServiceName': 'grpc-gateway',
    });
  });

  it('needs no right to make log groups: it makes them itself', () => {
    const { rendered, definitions } = stackOf(file);
    const options = definitions.map((it) => JSON.stringify(it['ContainerDefinitions']));
    for (const text of options) {
      expect(text).not.toContain('awslogs-create-group');
      const [, group = ''] = /"awslogs-group":"<(\w+)>"/.exec(text) ?? [];
      expect(rendered.resources[group]?.Type).toBe('AWS::Logs::LogGroup');
    }
  });
});
