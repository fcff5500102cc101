import { readFileSync } from 'node:fs';
import path from 'node:path';
import { CreateLogGroupCommand } from '@aws-sdk/client-cloudwatch-logs';
import { CreateSecretCommand } from '@aws-sdk/client-secrets-manager';
import { attempt, run } from '../../setup/command.ts';
import { repository } from '../../setup/context.ts';
import type { ChangeSetAnswer, ChangeSetRequest } from '../change-set.ts';
import { contains, type Stage, type StageWork } from '../stage.ts';
import { type Variant, variantsOf } from './variants.ts';

const program = path.join(repository, 'scripts/conformance/change-set.ts');

/** Plans every template in every variant, under the documented role, and executes none of them. */
export const changeSets: Stage = {
  number: 0,
  title: 'Change sets only',
  settles: ['A2 (planning)', 'B3', 'C3', 'C4', 'D', 'REVIEW_IN_PROGRESS'],
  makes: 'roles, one secret, one log group; shells of stacks that are deleted at once',
  minutes: 15,
  dollars: 0,
  needsInstances: false,
  async run(work) {
    const variants = variantsOf(await given(work));
    for (const variant of work.short ? variants.filter(({ isShort }) => isShort) : variants)
      await planned(work, variant);
    await nameTaken(work, variants);
    await configsValid(work);
  },
};

/** What the variants refer to. */
async function given({ account, ground, keep }: StageWork) {
  const facts = await ground.facts();
  const name = `${account.tag.Value}-key`;
  keep('secret', name);
  const { ARN = '' } = await account.secrets.send(
    new CreateSecretCommand({ Name: name, SecretString: 'not-a-key', Tags: [account.tag] }),
  );
  return { facts, secretArn: ARN, name: account.tag.Value };
}

async function planned(work: StageWork, { name, template, parameters, settles }: Variant): Promise<void> {
  const stackName = `${work.account.tag.Value}-plan-${name}`;
  const question = {
    id: settles,
    what: `change set of ${template}, ${name}`,
    expected: 'is made, adds resources, and leaves no shell when it is deleted',
  };
  await work.check(question, async () => {
    const { added = 0, failure, left } = await plan(work, { stackName, template, parameters });
    const gone = left === 'nothing' || left === 'DELETE_COMPLETE';
    const seen = failure ?? `${added} resources to add; afterwards ${left}`;
    return { holds: added > 0 && gone, seen };
  });
}

/** A log group of a name that a template wants is in the way. */
async function nameTaken(work: StageWork, variants: readonly Variant[]): Promise<void> {
  const { account, keep } = work;
  const variant = variants.find(({ name }) => name === 'tail-sampling-key');
  if (!variant) throw new Error('there is no variant of the tail-sampling template with a key');
  const stackName = `${account.tag.Value}-plan-taken`;
  const logGroupName = `/ecs/${stackName}/agent`;
  const question = {
    id: 'C3',
    what: `change set while log group ${logGroupName} exists`,
    expected: 'fails by early validation; the kit names the resource and the conflict, from DescribeEvents',
  };
  await work.check(question, async () => {
    keep('log-group', logGroupName);
    await account.logs.send(new CreateLogGroupCommand({ logGroupName }));
    const { failure = 'made without a fault' } = await plan(work, { stackName, ...variant });
    return contains(failure, 'change-set-failed', 'AgentLogGroup', logGroupName);
  });
  await account.remove({ kind: 'log-group', name: logGroupName });
}

async function configsValid({ check, short, image, signal }: StageWork): Promise<void> {
  const configs = ['agent-config.yaml', 'sampling-config.yaml', ...(short ? [] : moreConfigs)];
  for (const config of configs) {
    const question = {
      id: 'B3',
      what: `validate configs/${config} by ${image}`,
      expected: 'the collector of the image accepts it',
    };
    await check(question, async () => {
      const text = readFileSync(path.join(repository, 'configs', config), 'utf8');
      const args = ['run', '--rm', '--network', 'none', '-e', 'CONFIG', ...variables(), image];
      const { code, stderr } = await attempt('docker', [...args, 'validate', '--config', 'env:CONFIG'], {
        env: { ...process.env, CONFIG: text },
        timeoutSeconds: 300,
        signal,
      });
      return { holds: code === 0, seen: `exit code ${code}${code === 0 ? '' : `: ${stderr.slice(-500)}`}` };
    });
  }
}

const moreConfigs = [
  'agent-config-to-receiver.yaml',
  'receiver-config.yaml',
  'receiver-config-with-span-metrics.yaml',
  'gateway-config.yaml',
  'gateway-config-with-span-metrics.yaml',
];

/** What the task definitions set; any value will do for a validation. */
function variables(): string[] {
  const values = {
    CORALOGIX_DOMAIN: 'eu2.coralogix.com',
    CORALOGIX_PRIVATE_KEY: 'not-a-key',
    APPLICATION_NAME: 'conformance',
    SUBSYSTEM_NAME: 'conformance',
    NAMESPACE_NAME: 'cx-otel',
    OTLP_GRPC_PORT: '4317',
    OTLP_HTTP_PORT: '4318',
    HEALTH_PORT: '13133',
    METRICS_PORT: '8888',
  };
  return Object.entries(values).flatMap(([name, value]) => ['-e', `${name}=${value}`]);
}

async function plan(
  { account, roles, signal }: StageWork,
  request: Pick<ChangeSetRequest, 'stackName' | 'template' | 'parameters'>,
): Promise<ChangeSetAnswer> {
  const { stackName, template, parameters } = request;
  const { Key, Value } = account.tag;
  const whole = { region: account.region, stackName, template, parameters, tags: { [Key]: Value } };
  const role = await roles.environment({ role: 'deploy', stackName, template });
  const { stdout } = await run(process.execPath, [program, JSON.stringify(whole)], {
    env: { ...process.env, ...role },
    signal,
  });
  return JSON.parse(stdout) as ChangeSetAnswer;
}
