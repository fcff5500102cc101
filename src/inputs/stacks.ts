import type { ComponentEntry } from './environment-file.ts';
import type { Faults } from './faults.ts';
import type { Merged } from './merge.ts';
import { type Places, readRelease, shippedParameters } from './release-files.ts';
import type { StackSettings } from './settings.ts';
import { type GivenParameters, requireKnown, stackParameters } from './stack-parameters.ts';
import type { TemplateParameter } from './template-parameters.ts';
import { type Component, type Topology, type TopologyName, topologies } from './topologies.ts';
import * as values from './values.ts';

/** A stack of the environment and what its template declares. */
export interface ReadStack extends StackSettings {
  declared: Readonly<Record<string, TemplateParameter>>;
}

interface StackSource extends Places {
  merged: Merged;
  topology: TopologyName;
  /** Whether `deploy` is one of the steps. */
  isDeployed: boolean;
  /** Whether all collectors are in no stack. */
  isWithoutStack: boolean;
  /** The value of the input `coralogix-api-key`. */
  apiKey: string | undefined;
  mask: (secret: string) => void;
}

/** A component of the topology and what the environment says of its stack. */
interface WantedStack {
  component: Component;
  stackName: string;
  template: string | undefined;
  configs: Readonly<Record<string, string>>;
  /** The component's own parameters. */
  parameters: ComponentEntry['parameters'];
}

/** The stacks of the environment: the one of the topology, or those of the components, in their order; none without one. */
export function readStacks(source: StackSource, faults: Faults): ReadStack[] {
  const { merged } = source;
  if (source.isWithoutStack) return [];
  const topology: Topology = topologies[source.topology];
  const wanted = topology.isSplit ? listed(source, faults) : [whole(source, faults)];
  const givens: GivenParameters[] = [];
  const stacks = wanted.map(({ component, stackName, template, configs, parameters }) => {
    const { isDeployed } = source;
    const release = readRelease(source, { component, template, configs, isDeployed }, faults);
    const given = {
      levels: [merged.parameters, parameters, merged.given].map(values.texts),
      isShared: [topology.isSplit, false, topology.isSplit],
      declared: release.parameters,
    };
    givens.push(given);
    return {
      component: component.component,
      stackName,
      template: release.template,
      configs: release.configs,
      parameters: stackParameters(given, source, faults),
      declared: release.parameters,
    };
  });
  if (topology.isSplit) {
    // A file may list some of the components and keep the values of all.
    const absent = topology.components.filter((each) => !wanted.some(({ component }) => component === each));
    const others = absent.map((component) => shippedParameters(source, component, faults));
    requireKnown(givens, others, faults);
  }
  return stacks;
}

function whole({ merged, topology }: StackSource, faults: Faults): WantedStack {
  const [component] = (topologies[topology] as Topology).components;
  if (merged.components) {
    faults.add('components', `topology ${topology} is one stack`, 'topology: individual beside it');
  }
  return {
    component: component as Component,
    stackName: values.stackName(faults, merged['stack-name']),
    template: merged.template,
    configs: merged.configs ?? {},
    parameters: {},
  };
}

function listed({ merged, topology }: StackSource, faults: Faults): WantedStack[] {
  const { components: rows, feeds }: Topology = topologies[topology];
  const entries = merged.components;
  if (entries === undefined) {
    const accepted = `a list of ${rows.map(({ component }) => component).join(', ')}, each with its stack-name`;
    faults.add('components', `is required by topology ${topology}`, accepted);
  }
  for (const name of ['stack-name', 'template'] as const) {
    if (merged[name] !== undefined)
      faults.add(name, `topology ${topology} has a stack for each component`, `${name} of a component`);
  }
  const known = rows.flatMap(({ roles }) => roles).flatMap(({ role, aliases }) => [role, ...aliases]);
  for (const role of Object.keys(merged.configs ?? {})) {
    if (!known.includes(role)) faults.add(`configs.${role}`, 'unknown role', known.join(', '));
  }
  requireOnce(entries ?? [], faults);
  requireOrder(entries ?? [], new Set(Object.values(feeds)), faults);
  return (entries ?? []).flatMap((entry, index) => {
    const component = rows.find((row) => row.component === entry.component);
    return component ? [wantedOf(entry, index, { component, configs: merged.configs ?? {} }, faults)] : [];
  });
}

function wantedOf(
  entry: ComponentEntry,
  index: number,
  { component, configs }: { component: Component; configs: Readonly<Record<string, string>> },
  faults: Faults,
): WantedStack {
  const [role] = component.roles;
  if (entry.config !== undefined && !role)
    faults.add(`components.${index}.config`, `a ${entry.component} runs no collector`);
  const names = role ? [role.role, ...role.aliases] : [];
  const own = Object.fromEntries(Object.entries(configs).filter(([name]) => names.includes(name)));
  return {
    component,
    stackName: values.stackName(faults, entry['stack-name'], `components.${index}.stack-name`),
    template: entry.template,
    configs: entry.config !== undefined && role ? { [role.role]: entry.config } : own,
    parameters: entry.parameters ?? {},
  };
}

function requireOnce(entries: readonly ComponentEntry[], faults: Faults): void {
  for (const field of ['component', 'stack-name'] as const) {
    const names = entries.map((entry) => entry[field]);
    for (const [index, name] of names.entries()) {
      if (names.indexOf(name) < index)
        faults.add(`components.${index}.${field}`, `${name} is there twice`, 'each of them once');
    }
  }
}

/** A stack that others take outputs of has to be there before them. */
function requireOrder(
  entries: readonly ComponentEntry[],
  feeding: ReadonlySet<string>,
  faults: Faults,
): void {
  for (const [index, { component }] of entries.entries()) {
    if (feeding.has(component) && index > 0)
      faults.add(
        `components.${index}`,
        `${component} comes after others, which take its outputs`,
        `${component} first`,
      );
  }
}
