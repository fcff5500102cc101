import { cloudMap } from '../aws/cloud-map.ts';
import { cloudFormation, type Stack } from '../aws/cloudformation.ts';
import { ecsServices } from '../aws/ecs-services.ts';
import { logTail } from '../aws/log-tail.ts';
import type { Settings } from '../inputs/settings.ts';
import { KitError } from '../kit/errors.ts';
import { diagnoseService, withChain } from '../stack/diagnosis.ts';
import { executePlan } from '../stack/execute.ts';
import { RolloutError, type RolloutPorts, type SteadyService, steadyServices } from '../stack/rollout.ts';
import type { Waiting } from '../stack/waiting.ts';
import { deploySummary } from './deploy-summary.ts';
import { planRelease } from './planning.ts';
import type { StepDeps } from './step.ts';

/**
 * Publishes the release, lets CloudFormation plan the change, executes it, and waits until the stack and its
 * services are what was asked for. With nothing to change it executes nothing, but still looks at the services.
 */
export async function run(settings: Settings, deps: StepDeps): Promise<void> {
  const { reporter, clock } = deps;
  const { region, stackName } = settings;
  const started = clock.now();
  const waiting: Waiting = {
    clock,
    signal: deps.signal,
    deadline: started + settings.deploy.timeoutSeconds * 1000,
    say: (line) => reporter.info(line),
  };
  const { published, plan } = await planRelease(settings, deps, waiting);
  const ports = {
    cloudFormation: cloudFormation(region),
    ecs: ecsServices(region),
    cloudMap: cloudMap(region),
    logTail: logTail(region),
  };
  const changed = !plan.isEmpty;
  if (changed) {
    await reporter.group('Execute the change set', () => executePlan(stackName, plan, ports, waiting));
  }
  const stack = await currentStack(stackName, plan.changeSet.stackId, ports);
  reporter.output('stack-outputs', JSON.stringify(stack.outputs));
  const services = await reporter.group('Wait for services and Cloud Map', () =>
    servicesInStep(stack, started, ports, waiting),
  );
  const seconds = Math.round((clock.now() - started) / 1000);
  reporter.summary(deploySummary({ settings, published, changed, services, seconds }));
}

type Ports = RolloutPorts & Parameters<typeof diagnoseService>[2] & Parameters<typeof executePlan>[2];

async function currentStack(stackName: string, stackId: string, { cloudFormation }: Ports): Promise<Stack> {
  const stack = await cloudFormation.find(stackId);
  if (stack) return stack;
  throw new KitError(`stack ${stackName} is gone`, { code: 'stack-not-found', source: 'aws' });
}

/** Waits for the services; one that failed is looked into down to its log. */
async function servicesInStep(
  stack: Stack,
  since: number,
  ports: Ports,
  waiting: Waiting,
): Promise<SteadyService[]> {
  try {
    const services = await steadyServices(stack, since, ports, waiting);
    if (services.length === 0) waiting.say('the stack has no ECS services');
    for (const { name, desired, taskDefinition } of services) {
      waiting.say(`${name}: ${desired} tasks on ${taskDefinition.split('/').at(-1)}`);
    }
    return services;
  } catch (error) {
    if (!(error instanceof RolloutError)) throw error;
    throw withChain(error, await diagnoseService(error.service, since, ports));
  }
}
