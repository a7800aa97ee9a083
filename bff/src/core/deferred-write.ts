/**
 * Writes what has gathered in memory in one go, at most `everyMs` after the first of it. One write at a time; a write
 * that fails is tried again after the same time. Nothing runs while nothing gathers.
 */
export class DeferredWrite {
  private timer: NodeJS.Timeout | undefined;
  private writing: Promise<void> = Promise.resolve();

  /** `write` takes all that has gathered, and puts back what it could not write before it throws. */
  constructor(
    private readonly write: () => Promise<void>,
    private readonly everyMs: number,
    private readonly onFailure: (error: unknown) => void,
  ) {}

  /** Something has gathered. */
  soon(): void {
    this.timer ??= setTimeout(() => {
      this.timer = undefined;
      void this.writeAfterOthers();
    }, this.everyMs).unref();
  }

  /** Ends the waiting and writes what is there. */
  async stop(): Promise<void> {
    await this.writeAfterOthers();
    clearTimeout(this.timer);
    this.timer = undefined;
  }

  private writeAfterOthers(): Promise<void> {
    this.writing = this.writing.then(() => this.attempt());
    return this.writing;
  }

  private async attempt(): Promise<void> {
    try {
      await this.write();
    } catch (error) {
      this.onFailure(error);
      this.soon();
    }
  }
}
