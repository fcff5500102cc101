import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { messageOf } from '../kit/errors.ts';
import { configParameter, requireConfigParameters } from './config-parameters.ts';
import type { Faults } from './faults.ts';
import { nearMiss } from './faults.ts';
import type { ConfigFile, SourceFile } from './settings.ts';
import { readTemplateParameters, type TemplateParameter } from './template-parameters.ts';
import type { Component } from './topologies.ts';

/** Where files are looked for. */
export interface Places {
  workspace: string;
  kitRoot: string;
}

export interface ReleaseFiles {
  template: SourceFile;
  configs: ConfigFile[];
  /** What the template declares. */
  parameters: Record<string, TemplateParameter>;
}

interface Wanted {
  component: Component;
  template: string | undefined;
  configs: Readonly<Record<string, string>> | undefined;
  /** Whether the template has to take the configs: it is going to be deployed. */
  isDeployed: boolean;
}

/** Reads template and configs: what the user names, else what the kit ships for the component. */
export function readRelease(places: Places, wanted: Wanted, faults: Faults): ReleaseFiles {
  const template = readTemplate(places, wanted, faults);
  const isRead = template.bytes.length > 0;
  const parameters = isRead ? readTemplateParameters(template.path, template.bytes.toString(), faults) : {};
  if (wanted.isDeployed && Object.keys(parameters).length > 0)
    requireConfigParameters(template.path, wanted.component, parameters, faults);
  return { template, configs: readConfigs(places, wanted, parameters, faults), parameters };
}

/** What the shipped template of a component declares. */
export function shippedParameters(
  { kitRoot }: Places,
  { template }: Component,
  faults: Faults,
): Record<string, TemplateParameter> {
  const { path: name, bytes } = read(kitRoot, `templates/${template}`, 'kit:', faults);
  return bytes.length > 0 ? readTemplateParameters(name, bytes.toString(), faults) : {};
}

function readTemplate(places: Places, { component, template }: Wanted, faults: Faults): SourceFile {
  const shipped = [component.template, ...component.templateAliases];
  const named = template ?? component.template;
  const isShipped = shipped.includes(named) && !existsSync(path.resolve(places.workspace, named));
  return isShipped
    ? read(places.kitRoot, `templates/${component.template}`, 'kit:', faults)
    : read(places.workspace, named, '', faults);
}

function readConfigs(
  places: Places,
  { component, configs = {} }: Wanted,
  parameters: ReleaseFiles['parameters'],
  faults: Faults,
): ConfigFile[] {
  const known = component.roles.flatMap((role) => [role.role, ...role.aliases]);
  for (const name of Object.keys(configs)) {
    if (!known.includes(name))
      faults.add(`configs.${name}`, `unknown role${nearMiss(name, known)}`, known.join(', '));
  }
  return component.roles.map((role) => {
    const given = [role.role, ...role.aliases].flatMap((name) => configs[name] ?? []);
    if (given.length > 1)
      faults.add(`configs.${role.role}`, `given twice, as ${given.join(' and ')}`, 'one name per role');
    const file = given[0]
      ? read(places.workspace, given[0], '', faults)
      : read(places.kitRoot, `configs/${role.config}`, 'kit:', faults);
    return { ...file, role: role.role, parameter: configParameter(role, parameters) };
  });
}

function read(root: string, name: string, mark: string, faults: Faults): SourceFile {
  try {
    const bytes = readFileSync(path.resolve(root, name));
    if (bytes.length === 0) faults.add(name, 'the file is empty');
    return { path: `${mark}${name}`, bytes };
  } catch (error) {
    faults.add(name, messageOf(error));
    return { path: `${mark}${name}`, bytes: Buffer.alloc(0) };
  }
}
