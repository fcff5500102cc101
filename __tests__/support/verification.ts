import { expect } from '@jest/globals';
import type { TopologyName } from '../../src/inputs/topologies.ts';
import type { KitError } from '../../src/kit/errors.ts';
import { Ledger, type OpenThing } from '../../src/kit/ledger.ts';
import { verify } from '../../src/steps/verify.ts';
import type { VerifyPorts } from '../../src/steps/verify-ports.ts';
import { VerificationFailed } from '../../src/verify/failed.ts';
import { sayAs } from './fake-collectors.ts';
import { FakeReporter } from './fake-reporter.ts';
import { FakeWorld, verifySettings } from './fake-world.ts';

/** The step in a world of its own. */
export class Verification {
  readonly world: FakeWorld;
  readonly reporter = new FakeReporter();
  readonly cancel = new AbortController();
  readonly ledger = new Ledger('eu-west-1', () => {});

  constructor(topology: TopologyName = 'tail-sampling') {
    this.world = new FakeWorld(topology);
  }

  run(settings = verifySettings(), ports: VerifyPorts = this.world.ports()): Promise<void> {
    const { reporter, ledger } = this;
    const deps = { reporter, ledger, clock: this.world.clock, signal: this.cancel.signal };
    return verify(settings, deps, ports);
  }

  /** The codes of all faults, the code of the error that ended the step before a verdict, or `passed`. */
  async outcome(settings = verifySettings(), ports: VerifyPorts = this.world.ports()): Promise<string[]> {
    try {
      await this.run(settings, ports);
      return ['passed'];
    } catch (error) {
      if (error instanceof VerificationFailed) return error.faults.map(({ code }) => code);
      return [(error as KitError).code];
    }
  }

  /** A moment while the traces are on their way. */
  get soon(): number {
    return this.world.clock.now() + 20_000;
  }

  /** Has a gateway log that its exporter failed. */
  failExport(at: number): void {
    const msg = 'Exporting failed. Will retry the request after interval.';
    const fields = { msg, error: 'no route to host', 'otelcol.component.id': 'coralogix' };
    sayAs(this.world.logs, 'g1', { at }, fields);
  }

  evidenceKeys(): string[] {
    return [...this.world.objects.keys()].filter((key) => key.includes('/verified/'));
  }

  /** What holds however a run ends. */
  expectCleanedUp(): void {
    expect(this.world.running()).toEqual([]);
    expect([...this.world.definitions.values()].filter((status) => status === 'ACTIVE')).toEqual([]);
    // What was never answered may turn up yet, and stays known.
    const isKnownToBeOver = ({ thing }: { thing: OpenThing }) => thing.kind === 'run' && thing.starting === 0;
    expect(this.ledger.entries().filter(isKnownToBeOver)).toEqual([]);
  }
}
