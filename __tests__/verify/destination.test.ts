import { describe, expect, test } from '@jest/globals';
import { bypassSentence, destinationOf } from '../../src/verify/destination.ts';
import type { Target } from '../../src/verify/target.ts';

const ref = (service: string, cluster = 'telemetry') => ({ cluster, service });
const dnsNames = {
  ...{
    receiver: 'grpc-receiver.cx-otel',
    gateway: 'grpc-gateway.cx-otel',
    sampling: 'grpc-sampling.cx-otel',
  },
};
const whole: Target = {
  ...{ gateways: ref('gateways'), receivers: ref('receivers'), agents: ref('agents', 'apps') },
  ...{ agentGrpcPort: 4317, executionRoleArn: 'arn', dnsNames },
};
const guideMapping = [{ containerPort: 8080, hostPort: 0 }];

describe('where a run sends', () => {
  test('agents: each instance its own, on the host network, in the cluster of the agents', () => {
    expect(destinationOf('agents', whole)).toEqual({
      ...{ path: 'agents', bypassed: [], cluster: 'apps' },
      ...{ networkMode: 'host', portMappings: [], endpoint: 'localhost:4317' },
    });
  });

  test('receivers: by name, on the bridge, with the mapping of the task definition in use everywhere', () => {
    expect(destinationOf('receivers', { ...whole, agents: undefined })).toEqual({
      ...{ path: 'receivers', bypassed: [], cluster: 'telemetry' },
      ...{ networkMode: 'bridge', portMappings: guideMapping, endpoint: 'grpc-receiver.cx-otel:4317' },
    });
  });

  test.each([
    ['receivers', whole, 'Agents were bypassed: traces went to the receivers directly'],
    [
      'grpc-sampling',
      whole,
      'Agents, receivers and routing were bypassed: traces went to the gateways directly',
    ],
    [
      'grpc-gateway',
      { ...whole, receivers: undefined },
      'Agents and routing were bypassed: traces went to the gateways directly',
    ],
    [
      '10.0.0.1:4317',
      { ...whole, agents: undefined },
      'Receivers and routing were bypassed: traces went to the gateways directly',
    ],
  ])('%s says what it leaves out', (endpoint, target, sentence) => {
    expect(bypassSentence(destinationOf(endpoint, target))).toBe(sentence);
  });

  test('nothing is said where nothing is left out', () => {
    expect(bypassSentence(destinationOf('agents', whole))).toBeUndefined();
  });
});
