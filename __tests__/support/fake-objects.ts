import { type ObjectAddress, type ObjectStore, uri } from '../../src/aws/object-store.ts';

/** A bucket in memory that never overwrites, as the real adapter never does. */
export class FakeObjects implements ObjectStore {
  readonly contents = new Map<string, Buffer>();
  /** The KMS key that every object is under. */
  key: string | undefined;
  /** Whether it is the customer's; undefined: nobody may ask. */
  isOwnKey: boolean | undefined = true;

  async putIfAbsent(at: ObjectAddress, body: Buffer | string): Promise<'made' | 'present'> {
    if (this.contents.has(uri(at))) return 'present';
    this.contents.set(uri(at), Buffer.from(body));
    return 'made';
  }

  async get(at: ObjectAddress): Promise<Buffer | undefined> {
    return this.contents.get(uri(at));
  }

  async kmsKey(at: ObjectAddress): Promise<string | undefined> {
    return this.contents.has(uri(at)) ? this.key : undefined;
  }

  async hasOwnKey(): Promise<boolean | undefined> {
    return this.isOwnKey;
  }

  async exists(at: ObjectAddress): Promise<boolean> {
    return this.contents.has(uri(at));
  }
}
