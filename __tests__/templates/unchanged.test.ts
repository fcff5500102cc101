import { describe, expect, it } from '@jest/globals';
import { readTemplate, type Template } from '../support/template.ts';

/**
 * Stacks run that were made from this template before it was composed of parts. An update of them with today's must
 * find nothing to change, unless a change is meant: then what changes is named here.
 */
const deployed = readTemplate('__tests__/fixtures/otel-tail-sampling.deployed.yaml');
const shipped = readTemplate('templates/otel-tail-sampling.yaml');

/** Texts for people, which no stack is made of. */
function parametersOf({ parameters }: Template): unknown {
  return Object.fromEntries(
    Object.entries(parameters).map(([name, { Description: _, ConstraintDescription: __, ...rest }]) => [
      name,
      rest,
    ]),
  );
}

describe('a stack of the otel-tail-sampling.yaml of before', () => {
  it('has the same parameters', () => expect(parametersOf(shipped)).toEqual(parametersOf(deployed)));

  it.each(Object.keys(deployed.resources))('keeps %s as it is', (id) => {
    expect(shipped.resources[id]).toEqual(deployed.resources[id]);
  });

  it('gets no resource that it had not', () => {
    expect(Object.keys(shipped.resources).toSorted()).toEqual(Object.keys(deployed.resources).toSorted());
  });

  it.each(['rules', 'mappings', 'conditions', 'outputs'] as const)('has the same %s', (section) => {
    expect(shipped[section]).toEqual(deployed[section]);
  });
});
