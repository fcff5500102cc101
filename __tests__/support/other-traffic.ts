import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { readTraces } from '../../local/backend.ts';
import type { Cloud } from '../../local/cloud.ts';

const docker = async (...args: string[]) => (await promisify(execFile)('docker', args)).stdout.trim();

/** Applications of somebody else: telemetrygen on every instance, without the attributes of a verification. */
export class OtherTraffic implements AsyncDisposable {
  readonly #containers: string[];
  readonly #cloud: Cloud;
  readonly #service: string;

  private constructor(cloud: Cloud, service: string, containers: string[]) {
    this.#cloud = cloud;
    this.#service = service;
    this.#containers = containers;
  }

  /**
   * @param options.tracesPerSecond over all instances together; each trace has two spans
   * @param options.port of the agents; default 4317
   */
  static async start(
    cloud: Cloud,
    options: { tracesPerSecond: number; port?: number },
  ): Promise<OtherTraffic> {
    const service = `somebody-else-${Date.now()}`;
    const spansPerSecond = Math.ceil((2 * options.tracesPerSecond) / cloud.instances.length);
    const containers = await Promise.all(
      cloud.instances.map((instance) =>
        docker(
          ...[
            'run',
            '--detach',
            '--label',
            `ecs-tail-sampling.local=${cloud.name}`,
            '--network',
            `container:${instance}`,
          ],
          ...[
            cloud.telemetrygenImage,
            'traces',
            '--otlp-insecure',
            `--otlp-endpoint=localhost:${options.port ?? 4317}`,
          ],
          ...[`--service=${service}`, `--rate=${spansPerSecond}`, '--workers=1', '--duration=280s'],
        ),
      ),
    );
    return new OtherTraffic(cloud, service, containers);
  }

  /** Spans of this traffic that were kept and delivered. */
  async arrivedAtBackend(): Promise<number> {
    const spans = await readTraces(this.#cloud.backendDirectory);
    return spans.filter((span) => span.resource['service.name'] === this.#service).length;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await docker('rm', '--force', ...this.#containers);
  }
}
