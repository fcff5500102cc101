import type { Identity } from '../aws/identity.ts';
import type { Settings, StackSettings } from '../inputs/settings.ts';
import { canonicalJson, hmacSha256, sha256, short } from '../release/hash.ts';
import type { Release } from '../release/release.ts';
import type { DeclaredParameter } from '../release/template.ts';
import type { Base } from '../stack/prepare.ts';

/** What is asked for, of which stack, where. */
export interface Wish {
  settings: Pick<Settings, 'region' | 'tags'>;
  stack: StackSettings;
  identity: Pick<Identity, 'account'>;
}

/**
 * Tasks read the API key only when they start, so a new key must show in the task definition: as a keyed hash
 * that says nothing about it, salted with the place so that two stacks with one key do not look alike.
 */
export function keyRevision({ settings, stack, identity }: Wish): Record<string, string> {
  const { parameters, stackName } = stack;
  const key = parameters['CoralogixApiKey'];
  if (!key) return {};
  return { ApiKeyRevision: short(hmacSha256(`${identity.account}/${settings.region}/${stackName}`, key)) };
}

/**
 * Names what is asked for, whatever the stack is now: the files, and the values as they are given. By it a later
 * run knows an operation for its own. Hidden values stay out of it; a new key shows by its revision.
 */
export function contentOf(wish: Wish, declared: readonly DeclaredParameter[]): string {
  const { stackName, template, configs, parameters } = wish.stack;
  const content = {
    ...{ stackName, tags: wish.settings.tags, template: sha256(template.bytes) },
    configs: configs.map(({ parameter, bytes }) => [parameter, sha256(bytes)]),
    parameters: { ...keyRevision(wish), ...withoutHidden(parameters, declared) },
  };
  return short(sha256(canonicalJson(content)));
}

function withoutHidden(
  parameters: Readonly<Record<string, string>>,
  declared: readonly DeclaredParameter[],
): Record<string, string> {
  const hidden = new Set(declared.filter(({ noEcho }) => noEcho).map(({ name }) => name));
  return Object.fromEntries(Object.entries(parameters).filter(([name]) => !hidden.has(name)));
}

/** The same plan of the same stack has the same name in every run; hidden values stay out of it. */
export function planName(plan: {
  release: Release;
  base: Base;
  tags: Readonly<Record<string, string>>;
  parameters: Readonly<Record<string, string>>;
  declared: readonly DeclaredParameter[];
}): string {
  const shown = withoutHidden(plan.parameters, plan.declared);
  const stack = plan.base ? [plan.base.id, plan.base.lastUpdated] : [];
  return `release-${short(plan.release.id)}-${short(sha256(canonicalJson({ shown, tags: plan.tags, stack })))}`;
}
