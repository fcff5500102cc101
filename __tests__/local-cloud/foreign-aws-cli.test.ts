import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals';
import { daemonParameters, daemonTemplate, ForeignClients } from '../support/foreign-clients.ts';
import { theCloud } from '../support/the-cloud.ts';
import { until } from '../support/wait.ts';

jest.setTimeout(300_000);

interface StackEvent {
  LogicalResourceId: string;
  ResourceStatus: string;
  ResourceStatusReason?: string;
  OperationId: string;
}

// What it prints is in its own sources (awscli/customizations/cloudformation) and, for the reasons, in AWS's documentation.
describe('the AWS CLI with a template of ours', () => {
  const name = 'by-aws-cli';
  const clients = new ForeignClients(theCloud());
  const given = daemonParameters(theCloud(), name, 21);

  const deploy = (stack: string, changed: Record<string, string> = {}, ...options: string[]) => {
    const overrides = Object.entries({ ...given, ...changed }).map(([key, value]) => `${key}=${value}`);
    const template = ['--template-file', daemonTemplate, '--capabilities', 'CAPABILITY_NAMED_IAM'];
    return clients.aws(
      ...[
        'cloudformation',
        'deploy',
        '--stack-name',
        stack,
        ...template,
        '--parameter-overrides',
        ...overrides,
        ...options,
      ],
    );
  };
  const status = async () =>
    (
      await clients.aws(
        'cloudformation',
        'describe-stacks',
        '--stack-name',
        name,
        '--query',
        'Stacks[0].StackStatus',
      )
    ).stdout;
  const gone = async (stack: string) => {
    await clients.aws('cloudformation', 'delete-stack', '--stack-name', stack);
    let said = '';
    await until(
      `stack ${stack} is gone`,
      async () => {
        said = (await clients.aws('cloudformation', 'describe-stacks', '--stack-name', stack)).stderr;
        return said !== '';
      },
      60,
    );
    return said;
  };

  beforeAll(() => clients.uploadConfig(name));
  afterAll(async () => {
    await gone(name);
    await gone(`${name}-second`);
  });

  test('creates it', async () => {
    const created = await deploy(name);
    expect(created).toMatchObject({ code: 0, stderr: '' });
    expect(created.stdout).toBe(
      '\nWaiting for changeset to be created..\nWaiting for stack create/update to complete\n' +
        `Successfully created/updated stack - ${name}\n`,
    );
  });

  test('finds nothing to change, by change set and by update', async () => {
    const again = await deploy(name, {}, '--no-fail-on-empty-changeset');
    expect(again).toMatchObject({ code: 0 });
    expect(again.stdout).toContain(`\nNo changes to deploy. Stack ${name} is up to date\n`);
    const update = await updated({});
    expect(update.code).not.toBe(0);
    expect(update.stderr).toMatch(
      /An error occurred \(ValidationError\) when calling the UpdateStack operation: No updates are to be performed\./,
    );
  });

  test('changes it', async () => {
    expect(await updated({ SubsystemName: 'changed' })).toMatchObject({ code: 0 });
    await until('the update is done', async () => (await status()).includes('"UPDATE_COMPLETE"'), 60);
  });

  test('breaks it, and is told the reason of the rollback and the operation it belongs to', async () => {
    const broken = await deploy(name, { S3ConfigKey: `${name}/none.yaml` });
    expect(broken.code).not.toBe(0);
    expect(broken.stderr).toBe(
      '\nFailed to create/update the stack. Run the following command\n' +
        'to fetch the list of events leading up to the failure\n' +
        `aws cloudformation describe-stack-events --stack-name ${name}\n`,
    );
    const { StackEvents } = await clients.asked<{ StackEvents: StackEvent[] }>(
      ...['cloudformation', 'describe-stack-events', '--stack-name', name, '--max-items', '12'],
    );
    expect(StackEvents[0]).toMatchObject({
      LogicalResourceId: name,
      ResourceStatus: 'UPDATE_ROLLBACK_COMPLETE',
    });
    const failed = StackEvents.filter(({ ResourceStatus }) => ResourceStatus === 'UPDATE_FAILED');
    expect(failed.map((each) => `${each.LogicalResourceId}: ${each.ResourceStatusReason}`)).toEqual([
      expect.stringMatching(
        /^AgentService: Resource handler returned message: "Error occurred during operation 'ECS Deployment Circuit Breaker was triggered'\." \(RequestToken: [0-9a-f-]+, HandlerErrorCode: GeneralServiceException\)$/,
      ),
    ]);
    expect(
      StackEvents.find(({ ResourceStatus }) => ResourceStatus === 'UPDATE_ROLLBACK_IN_PROGRESS'),
    ).toMatchObject({
      ResourceStatusReason:
        'The following resource(s) failed to update: [AgentService]. Rollback requested by user.',
    });
    const query = 'Stacks[0].LastOperations[*].OperationType';
    expect(
      await clients.asked('cloudformation', 'describe-stacks', '--stack-name', name, '--query', query),
    ).toEqual(['ROLLBACK', 'UPDATE_STACK']);
    const { OperationEvents } = await clients.asked<{ OperationEvents: Record<string, string>[] }>(
      ...['cloudformation', 'describe-events', '--operation-id', failed[0]?.OperationId ?? ''],
      ...['--filters', 'FailedEvents=true'],
    );
    expect(OperationEvents.map(({ EventType }) => EventType)).toEqual(['PROVISIONING_ERROR']);
  });

  test('meets a name that is taken, and is told whose by the events of the change set', async () => {
    const second = `${name}-second`;
    const logGroup = ['--log-group-name', `/ecs/${second}/agent`];
    await clients.aws('logs', 'create-log-group', ...logGroup);
    const refused = await deploy(second, { ServiceNamePrefix: second });
    await clients.aws('logs', 'delete-log-group', ...logGroup);
    expect(refused.code).not.toBe(0);
    expect(refused.stderr).toContain(
      'Status: FAILED. Reason: The following hook(s)/validation failed: [AWS::EarlyValidation::ResourceExistenceCheck]. ' +
        'To troubleshoot Early Validation errors, use the DescribeEvents API for detailed failure information.',
    );
    const reasons = await clients.asked(
      ...['cloudformation', 'describe-events', '--stack-name', second, '--filters', 'FailedEvents=true'],
      ...['--query', 'OperationEvents[].ValidationStatusReason'],
    );
    expect(reasons).toEqual([
      `Resource of type 'AWS::Logs::LogGroup' with identifier '/ecs/${second}/agent' already exists.`,
    ]);
  });

  test('deletes it', async () => {
    expect(await gone(name)).toMatch(
      /\(ValidationError\) when calling the DescribeStacks operation: Stack with id by-aws-cli does not exist/,
    );
  });

  /** As a script does it that has no change sets. */
  function updated(changed: Record<string, string>) {
    const parameters = Object.entries({ ...given, ...changed });
    return clients.aws(
      ...[
        'cloudformation',
        'update-stack',
        '--stack-name',
        name,
        '--template-body',
        `file://${daemonTemplate}`,
      ],
      ...['--capabilities', 'CAPABILITY_NAMED_IAM', '--parameters'],
      ...parameters.map(([key, value]) => `ParameterKey=${key},ParameterValue=${value}`),
    );
  }
});
