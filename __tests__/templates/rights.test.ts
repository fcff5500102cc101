import { describe, expect, it } from '@jest/globals';
import { rightsOfTemplate } from '../../scripts/docs/policies.ts';
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
    const actions = rightsOfTemplate('connect/vpc-endpoints.yaml').map(({ action }) => action);
    expect(actions).toContain('ec2:CreateVpcEndpoint');
    expect(actions.filter((action) => action.startsWith('elasticloadbalancing:'))).toEqual([]);
  });

  it('can leave out what another template needs too', () => {
    const rights = rightsOfTemplate('otel-complete-cluster.yaml', 'otel-tail-sampling.yaml');
    const beyond = rights.map(({ action }) => action);
    expect(beyond).toContain('autoscaling:CreateAutoScalingGroup');
    expect(beyond).not.toContain('ecs:CreateService');
  });
});
