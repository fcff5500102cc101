import { describe, expect, it } from '@jest/globals';
import { templatePolicy } from '../../scripts/docs/rights.ts';
import { templateTypes } from '../../scripts/docs/template-types.ts';
import { allTemplates } from '../support/guide-commands.ts';
import { shipped } from '../support/rendered.ts';

describe('the policy for whoever deploys a template', () => {
  it('exists for every shipped template', () => {
    expect([...templateTypes().keys()].toSorted()).toEqual(allTemplates.toSorted());
  });

  it.each(allTemplates)('knows each resource type of %s', (file) => {
    const types = Object.values(shipped(file).resources).map(({ Type }) => Type);
    expect(templateTypes().get(file)?.toSorted()).toEqual([...new Set(types)].toSorted());
  });

  it('has what the resources need, and nothing for those of other templates', () => {
    const policy = templatePolicy('connect/vpc-endpoints.yaml');
    expect(policy).toContain('ec2:CreateVpcEndpoint');
    expect(policy).not.toContain('elasticloadbalancing:');
  });

  it('can leave out what another template needs too', () => {
    const beyond = templatePolicy('otel-complete-cluster.yaml', 'otel-tail-sampling.yaml');
    expect(beyond).toContain('autoscaling:CreateAutoScalingGroup');
    expect(beyond).not.toContain('ecs:CreateService');
  });
});
