import { describe, expect, it } from '@jest/globals';
import { aws, china, govCloud } from '../support/render.ts';
import { at, stack, tryStack } from '../support/rendered.ts';

describe('connect/shared-namespace.yaml', () => {
  const file = 'connect/shared-namespace.yaml';
  const rules = (more: Record<string, string | undefined>) =>
    Object.values(stack(file, more).resources).map(({ Properties }) => Properties);
  const opened = { GroupId: 'sg-0aaaaaaaaaaaaaaa1', IpProtocol: 'tcp', FromPort: 4317, ToPort: 4318 };

  it('opens the receivers to a group, to addresses, or to both', () => {
    const group = { ...opened, SourceSecurityGroupId: 'sg-0bbbbbbbbbbbbbbb1' };
    const addresses = { ...opened, CidrIp: '10.1.0.0/16' };
    expect(rules({})).toEqual([expect.objectContaining(group)]);
    expect(rules({ SenderCidr: '10.1.0.0/16' })).toEqual([
      expect.objectContaining(group),
      expect.objectContaining(addresses),
    ]);
    expect(rules({ SenderCidr: '10.1.0.0/16', SenderSecurityGroupId: '' })).toEqual([
      expect.objectContaining(addresses),
    ]);
  });

  it.each(['0.0.0.0/0', '10.0.0.0/7', '10.1.0.0'])('opens them to nothing like %s', (SenderCidr) => {
    expect(tryStack(file, { SenderCidr }).faults).toEqual([`SenderCidr: ${SenderCidr} is not allowed`]);
  });

  it('is refused without anybody to open them to', () => {
    expect(tryStack(file, { SenderSecurityGroupId: '' }).faults).toEqual([
      'Give SenderSecurityGroupId or SenderCidr, or both.',
    ]);
  });

  it('names the receivers, and the commands for what CloudFormation cannot do', () => {
    const SenderVpcId = 'vpc-0123456789abcdef0';
    expect(stack(file).outputs).toEqual({
      Endpoint: 'grpc-receiver.cx-otel:4317',
      HttpEndpoint: 'http://grpc-receiver.cx-otel:4318',
      NamespaceId: 'ns-0123456789abcdef',
    });
    expect(stack(file, { SenderVpcId, SenderVpcRegion: 'eu-central-1' }).outputs).toMatchObject({
      HostedZoneCommand: expect.stringContaining('get-namespace --id ns-0123456789abcdef '),
      AuthorizeVpcCommand: expect.stringContaining(`VPCRegion=eu-central-1,VPCId=${SenderVpcId}`),
      AssociateVpcCommand: expect.stringContaining(`VPCRegion=eu-central-1,VPCId=${SenderVpcId}`),
    });
    expect(stack(file, { SenderVpcId }).outputs['AssociateVpcCommand']).toContain('VPCRegion=eu-west-1,');
  });
});

describe('connect/load-balancer.yaml', () => {
  const file = 'connect/load-balancer.yaml';
  const CertificateArn = 'arn:aws:acm:eu-west-1:123456789012:certificate/0123';
  const made = (more: Record<string, string>) =>
    Object.keys(stack(file, more).resources).filter((id) => /LoadBalancer|TargetGroup|Listener/.test(id));

  it('is a Network Load Balancer for plaintext gRPC without a certificate', () => {
    const rendered = stack(file);
    expect(made({})).toEqual(['NetworkLoadBalancer', 'NetworkTargetGroup', 'NetworkListener']);
    expect(rendered.resources['NetworkListener']?.Properties).toMatchObject({ Protocol: 'TCP', Port: 4317 });
    expect(rendered.resources['NetworkTargetGroup']?.Properties).toMatchObject({
      TargetType: 'ip',
      Protocol: 'TCP',
      Port: 4317,
      HealthCheckProtocol: 'HTTP',
      HealthCheckPort: '13133',
    });
    expect(rendered.outputs).toMatchObject({
      ReceiverTargetGroupArn: '<NetworkTargetGroup>',
      Endpoint: '<NetworkLoadBalancer.DNSName>:4317',
    });
  });

  it('is an Application Load Balancer for gRPC over TLS with one', () => {
    const rendered = stack(file, { CertificateArn });
    expect(made({ CertificateArn })).toEqual([
      'ApplicationLoadBalancer',
      'ApplicationTargetGroup',
      'ApplicationListener',
    ]);
    expect(rendered.resources['ApplicationListener']?.Properties).toMatchObject({
      Protocol: 'HTTPS',
      Port: 443,
      Certificates: [{ CertificateArn }],
    });
    expect(rendered.resources['ApplicationTargetGroup']?.Properties).toMatchObject({
      TargetType: 'ip',
      Protocol: 'HTTP',
      ProtocolVersion: 'GRPC',
      Port: 4317,
      Matcher: { GrpcCode: '12' },
    });
    expect(rendered.outputs).toMatchObject({
      ReceiverTargetGroupArn: '<ApplicationTargetGroup>',
      Endpoint: '<ApplicationLoadBalancer.DNSName>:443',
    });
  });

  it.each([
    [{}, 'NetworkLoadBalancer', 4317],
    [{ CertificateArn }, 'ApplicationLoadBalancer', 443],
  ])(
    'reaches the receivers as a member of the given group, and takes its clients at one port: %j',
    (more, id, port) => {
      const rendered = stack(file, { ...more, ClientSecurityGroupId: 'sg-0ccccccccccccccc1' });
      expect(at(rendered, `${id}/SecurityGroups`)).toEqual([
        'sg-0123456789abcdef0',
        '<ClientSecurityGroup.GroupId>',
      ]);
      const group = { GroupId: '<ClientSecurityGroup.GroupId>', FromPort: port, ToPort: port };
      expect(rendered.resources['OtlpFromClientGroup']?.Properties).toMatchObject({
        ...group,
        SourceSecurityGroupId: 'sg-0ccccccccccccccc1',
      });
      expect(rendered.resources['OtlpFromClientAddresses']?.Properties).toMatchObject({
        ...group,
        CidrIp: '10.0.0.0/8',
      });
    },
  );

  it('writes access logs of the Application Load Balancer when there is a bucket for them', () => {
    const keys = (more: Record<string, string>) =>
      (
        at(stack(file, { CertificateArn, ...more }), 'ApplicationLoadBalancer/LoadBalancerAttributes') as {
          Key: string;
        }[]
      ).map(({ Key }) => Key);
    expect(keys({})).toEqual(['routing.http.drop_invalid_header_fields.enabled']);
    expect(keys({ AccessLogsBucket: 'logs' })).toEqual([
      'routing.http.drop_invalid_header_fields.enabled',
      'access_logs.s3.enabled',
      'access_logs.s3.bucket',
    ]);
  });

  it('is refused without clients', () => {
    expect(tryStack(file, { ClientCidr: '' }).faults).toEqual([
      'Give ClientSecurityGroupId or ClientCidr, or both.',
    ]);
  });

  it.each(['otel-complete-cluster.yaml', 'individual-templates/load-balancer-agents.yaml'])(
    'has its target group taken by the receivers of %s',
    (receivers) => {
      const ReceiverTargetGroupArn =
        'arn:aws:elasticloadbalancing:eu-west-1:123456789012:targetgroup/otel-Netwo-ABC/0123456789abcdef';
      expect(stack(receivers).resources['ReceiverService']?.Properties).not.toHaveProperty('LoadBalancers');
      expect(
        stack(receivers, { ReceiverTargetGroupArn }).resources['ReceiverService']?.Properties,
      ).toMatchObject({
        LoadBalancers: [
          { ContainerName: 'otel-collector', ContainerPort: 4317, TargetGroupArn: ReceiverTargetGroupArn },
        ],
        HealthCheckGracePeriodSeconds: 60,
      });
    },
  );
});

describe('connect/vpc-endpoints.yaml', () => {
  const file = 'connect/vpc-endpoints.yaml';
  const names = (place = aws, more: Record<string, string> = {}) =>
    Object.values(stack(file, more, place).resources)
      .filter(({ Type }) => Type === 'AWS::EC2::VPCEndpoint')
      .map(({ Properties }) => String(Properties['ServiceName']));
  const services = [
    'ecs',
    'ecs-agent',
    'ecs-telemetry',
    'servicediscovery',
    'data-servicediscovery',
    'logs',
    'secretsmanager',
    'ecr.api',
    'ecr.dkr',
    's3',
  ];

  it.each([aws, govCloud])('has an endpoint for each service that collectors call in $partition', (place) => {
    expect(names(place)).toEqual(services.map((service) => `com.amazonaws.${place.region}.${service}`));
  });

  it('calls ECR as China does', () => {
    const own = names(china).filter((name) => name.startsWith('cn.'));
    expect(own).toEqual(['cn.com.amazonaws.cn-north-1.ecr.api', 'cn.com.amazonaws.cn-north-1.ecr.dkr']);
  });

  it('leaves S3 out where there is a way to it already', () => {
    expect(names(aws, { RouteTableIds: '' })).toEqual(
      services.filter((service) => service !== 's3').map((service) => `com.amazonaws.eu-west-1.${service}`),
    );
    expect(stack(file, { RouteTableIds: '' }).outputs).not.toHaveProperty('S3EndpointId');
  });

  it('is open to members of the given group alone', () => {
    expect(at(stack(file), 'EndpointSecurityGroup/SecurityGroupIngress')).toEqual([
      expect.objectContaining({ FromPort: 443, ToPort: 443, SourceSecurityGroupId: 'sg-0123456789abcdef0' }),
    ]);
  });
});
