import { readFileSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import { countSetter } from '../../src/template/desired-count.ts';

const head = `
Parameters:
  Count: { Type: Number }
  Mode: { Type: String }
Conditions:
  Fixed: !Equals [!Ref Mode, fixed]
  Given: !Not [!Equals [!Ref Count, '']]
  Both: !And [!Condition Given, !Not [!Condition Fixed]]
  Elsewhere: !Equals [!ImportValue other, 'yes']
Resources:
`;
const service = (desired: string, more = '') => `${head}
  Gateway:
    Type: AWS::ECS::Service
    Properties:
      ServiceName: gateway
${desired === '' ? '' : `      DesiredCount: ${desired}\n`}${more}`;

const ask = (template: string, values: Record<string, string> = { Count: '1', Mode: 'free' }) =>
  countSetter({ template, service: 'Gateway', values, count: 3 });

describe('the parameter that sets the number of tasks', () => {
  test.each([
    ['directly', '!Ref Count'],
    ['in the long form', '{ Ref: Count }'],
    ['in the branch that a condition takes', '!If [Fixed, 2, !Ref Count]'],
    ['in the branch that it opens by itself', "!If [Given, !Ref Count, !Ref 'AWS::NoValue']"],
    ['under nested conditions', '!If [Both, !If [Fixed, 1, !Ref Count], 2]'],
  ])('is found %s', (_name, desired) => {
    expect(ask(service(desired))).toEqual({ parameter: 'Count' });
  });

  test.each([
    ['otel-tail-sampling.yaml', 'GatewayService', 'SamplingTaskCount'],
    ['otel-complete-cluster.yaml', 'ReceiverService', 'ReceiverTaskCount'],
    ['individual-templates/sampling-agents.yaml', 'GatewayService', 'GatewayTaskCount'],
  ])('is found in %s', (file, logicalId, parameter) => {
    const template = readFileSync(`templates/${file}`, 'utf8');
    expect(countSetter({ template, service: logicalId, values: { [parameter]: '2' }, count: 4 })).toEqual({
      parameter,
    });
  });

  test('is found in JSON', () => {
    const Gateway = { Type: 'AWS::ECS::Service', Properties: { DesiredCount: { Ref: 'Count' } } };
    expect(ask(JSON.stringify({ Parameters: { Count: {} }, Resources: { Gateway } }))).toEqual({
      parameter: 'Count',
    });
  });
});

describe('there is no such parameter, and the reason says why', () => {
  const other = `
  Receiver:
    Type: AWS::ECS::Service
    Properties: { DesiredCount: !If [Fixed, 1, !Ref Count] }
`;
  test.each<[string, string, string]>([
    ['a number', service('2'), 'no parameter sets the DesiredCount of Gateway: it is 2'],
    ['nothing', service(''), 'its template gives Gateway no DesiredCount'],
    ['a function', service('!ImportValue count'), 'it is made by Fn::ImportValue'],
    ['another resource', service('!Ref Table'), 'it is a Ref of Table'],
    [
      'a condition that cannot be told',
      service('!If [Elsewhere, !Ref Count, 1]'),
      'its condition Elsewhere cannot',
    ],
    [
      'a parameter of two services',
      service('!Ref Count', other),
      'Count sets the number of Receiver as well',
    ],
    ['a daemon', service('!Ref Count', '      SchedulingStrategy: DAEMON\n'), 'Gateway is a daemon'],
    [
      'a template that makes the service by a macro',
      `${head}  Fn::Transform: x\n`,
      'no resource Gateway as it is written',
    ],
  ])('%s', (_name, template, reason) => {
    expect(ask(template)).toEqual({ reason: expect.stringContaining(reason) });
  });

  test('the branch without it is taken', () => {
    const template = service('!If [Fixed, 2, !Ref Count]');
    expect(ask(template, { Count: '1', Mode: 'fixed' })).toEqual({
      reason: 'no parameter sets the DesiredCount of Gateway: it is 2',
    });
  });
});
