import { once } from 'node:events';
import { createServer, type ServerResponse } from 'node:http';

/** Where the namespace is: in any other region there is none. */
const region = 'eu-west-1';

/**
 * Answers DiscoverInstances for the collector's own `aws_cloud_map` resolver, with instances the test sets. As on AWS
 * the region that a request is signed for decides whom it asks.
 * The AWS SDK puts `data-` before the endpoint's host name, and no such name resolves here: it is reached as an
 * HTTP proxy, which receives requests for any name.
 */
export interface CloudMap extends AsyncDisposable {
  /** `host:port` of each registered gateway; undefined as long as the gateways' service is not made. */
  gateways: string[] | undefined;
  /** Variables that lead a collector here. */
  env: Readonly<Record<string, string>>;
  /** Namespace and service of each question, as `namespace/service`. */
  questions: string[];
}

export async function startCloudMap(): Promise<CloudMap> {
  const state = { gateways: [] as string[] | undefined, questions: [] as string[] };
  const server = createServer((request, response) => {
    let body = '';
    request.setEncoding('utf8').on('data', (chunk: string) => {
      body += chunk;
    });
    request.on('end', () => {
      if (!String(request.headers['x-amz-target']).endsWith('.DiscoverInstances')) {
        response.writeHead(400).end();
        return;
      }
      const question = JSON.parse(body) as { NamespaceName: string; ServiceName: string };
      state.questions.push(`${question.NamespaceName}/${question.ServiceName}`);
      if (!String(request.headers.authorization).includes(`/${region}/servicediscovery/`)) {
        refuse(response, 'NamespaceNotFound', 'No namespace exists with this name.');
      } else if (state.gateways === undefined) {
        refuse(response, 'ServiceNotFound', 'No service exists with this name.');
      } else {
        answer(response, state.gateways);
      }
    });
  });
  // Not to keep a test run alive that failed before it could close this.
  server.listen(0, '127.0.0.1').unref();
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string')
    throw new Error('the Cloud Map of the tests got no port');
  return Object.assign(state, {
    env: {
      AWS_ENDPOINT_URL_SERVICEDISCOVERY: 'http://cloudmap.test',
      HTTP_PROXY: `http://127.0.0.1:${address.port}`,
    },
    [Symbol.asyncDispose]: async () => {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  });
}

function refuse(response: ServerResponse, type: string, message: string): void {
  response.writeHead(400, { 'content-type': 'application/x-amz-json-1.1' });
  response.end(JSON.stringify({ __type: type, message }));
}

function answer(response: ServerResponse, gateways: readonly string[]): void {
  const instances = gateways.map((gateway) => {
    const [host = '', port = ''] = gateway.split(':');
    return {
      InstanceId: gateway,
      NamespaceName: 'cx-otel',
      ServiceName: 'grpc-gateway',
      HealthStatus: 'HEALTHY',
      Attributes: { AWS_INSTANCE_IPV4: host, AWS_INSTANCE_PORT: port },
    };
  });
  response.writeHead(200, { 'content-type': 'application/x-amz-json-1.1' });
  response.end(JSON.stringify({ Instances: instances, InstancesRevision: 1 }));
}
