import { callerIdentity, type Identity } from '../aws/identity.ts';
import type { Settings } from '../inputs/settings.ts';
import { imageReference } from '../release/image.ts';
import { effectiveParameters } from '../release/parameters.ts';
import { type Published, publish } from '../release/publish.ts';
import type { Release } from '../release/release.ts';
import { type DeclaredParameter, declaredParameters, requireAscii } from '../release/template.ts';
import {
  changesMarkdown,
  countsOf,
  type ParameterChange,
  parameterChanges,
  plannedChanges,
} from '../stack/changes.ts';
import { type Plan, type PlanRequest, planStack } from '../stack/plan.ts';
import { type Base, prepareStack } from '../stack/prepare.ts';
import { rejoin } from '../stack/rejoin.ts';
import { templateSource } from '../stack/template-source.ts';
import { requireReadableConfigs } from './config-key.ts';
import type { Deployment } from './deployment.ts';
import { contentOf, keyRevision, planName } from './plan-identity.ts';
import type { StepDeps } from './step.ts';

/** A release in the bucket and a change set that would bring it into force. */
export interface PlannedRelease {
  published: Published;
  plan: Plan;
}

interface Planning extends Deployment {
  declared: readonly DeclaredParameter[];
}

/**
 * Publishes the release of one stack and has CloudFormation plan it. Changes no running resource, but takes up
 * what an earlier run left running first.
 */
export async function planRelease(deployment: Deployment): Promise<PlannedRelease> {
  const { stack, group } = deployment;
  const planning = {
    ...deployment,
    declared: declaredParameters(stack.template.bytes.toString('utf8')),
  };
  const base = await group(`Look at stack ${stack.stackName}`, () => lookAtStack(planning));
  const published = await group('Publish the release', () => publishRelease(planning, base));
  const plan = await group('Plan the change', () => planChange(planning, base, published.release));
  return { published, plan };
}

/** Proves the credentials and says whose they are. */
export async function proveIdentity(
  { region }: Pick<Settings, 'region'>,
  { reporter }: StepDeps,
): Promise<Identity> {
  const identity = await callerIdentity(region);
  reporter.info(`account ${identity.account}, region ${region}, as ${identity.arn}`);
  return identity;
}

async function lookAtStack(planning: Planning): Promise<Base> {
  const { settings, ports, waiting } = planning;
  const { stackName } = planning.stack;
  await rejoin({ stackName, content: contentOf(planning, planning.declared) }, ports, waiting);
  const replace = settings.deploy.replaceRolledBackStack;
  const base = await prepareStack(stackName, replace, ports.cloudFormation, waiting);
  waiting.say(base ? `stack ${stackName} is in ${base.status}` : `stack ${stackName} is going to be created`);
  return base;
}

async function publishRelease(planning: Planning, base: Base): Promise<Published> {
  const { settings, stack, declared, outcomes, waiting } = planning;
  const { template, configs, parameters } = stack;
  requireAscii(template.path, template.bytes.toString('utf8'));
  const values = effectiveParameters(declared, parameters, base?.parameters ?? {});
  const sources = { prefix: settings.prefix, template, configs, image: imageReference(values) };
  const published = await publish(sources, settings.bucket, planning.ports.objects);
  const { release, made, present } = published;
  for (const address of made) waiting.say(`written   ${address}`);
  for (const address of present) waiting.say(`unchanged ${address}`);
  waiting.say(`release ${release.id}${release.image ? `, image ${release.image}` : ''}`);
  outcomes.note(stack.stackName, { releaseId: release.id });
  const question = { bucket: settings.bucket, release, declared, values };
  await requireReadableConfigs(question, planning.ports.objects, planning.deps.reporter);
  return published;
}

async function planChange(planning: Planning, base: Base, release: Release): Promise<Plan> {
  const { deps, ports, waiting, outcomes } = planning;
  const request = planRequest(planning, base, release);
  const plan = await planStack(request, ports.cloudFormation, waiting);
  outcomes.note(request.stackName, { stackId: plan.changeSet.stackId, changed: !plan.isEmpty });
  if (plan.isEmpty) {
    deps.reporter.info('no changes: nothing is executed, the empty change set is deleted');
  } else {
    const parameters = parameterChanges(planning.declared, base?.parameters, request.parameters);
    sayPlan(deps, request.stackName, plan, parameters);
  }
  return plan;
}

/** The changes of a plan in log and job summary. */
export function sayPlan(
  { reporter }: Pick<StepDeps, 'reporter'>,
  stackName: string,
  plan: Plan,
  parameters: readonly ParameterChange[],
): void {
  const changes = plannedChanges(plan.changeSet.changes);
  for (const { kind, resource, type, detail } of changes) {
    reporter.info(`${kind.padEnd(17)} ${resource} (${type})${detail ? `: ${detail}` : ''}`);
  }
  for (const { name, before, after } of parameters) {
    reporter.info(`parameter         ${name}: ${before ?? ''} -> ${after}`);
  }
  reporter.summary(
    `### Changes of \`${stackName}\`: ${countsOf(changes)}\n\n${changesMarkdown(changes, parameters)}`,
  );
}

function planRequest(planning: Planning, base: Base, release: Release): PlanRequest {
  const { settings, stack, identity, declared } = planning;
  const { region, bucket, tags } = settings;
  const { stackName, template } = stack;
  const parameters = parametersOf(planning, release);
  return {
    stackName,
    base,
    name: planName({ release, base, tags, parameters, declared }),
    content: contentOf(planning, declared),
    description: `release ${release.id}`,
    template: templateSource({
      bytes: template.bytes,
      bucket,
      key: release.template.key,
      region,
      partition: identity.partition,
    }),
    declared: declared.map(({ name }) => name),
    parameters,
    tags,
  };
}

/** What was given, and what the release decides; only names that the template declares. */
function parametersOf(planning: Planning, release: Release): Record<string, string> {
  const { settings, stack, declared } = planning;
  const values: Record<string, string> = {
    ...keyRevision(planning),
    ...stack.parameters,
    S3ConfigBucket: settings.bucket,
    S3ConfigPrefix: settings.prefix,
    ...Object.fromEntries(release.configs.map(({ parameter, key }) => [parameter, key])),
  };
  return Object.fromEntries(
    Object.entries(values).filter(([name]) => declared.some((each) => each.name === name)),
  );
}
