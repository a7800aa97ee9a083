import type { Clock } from '../core/clock';

export interface IssuedToken {
  token: string;
  /** Seconds from now. */
  expiresInS: number;
}

/** A token is asked for anew so long before its end, seconds; the platforms keep the old one valid for 300. */
const MARGIN_S = 120;

/** A platform's access token: kept until shortly before its end, asked for once however many calls wait for it. */
export class PlatformToken {
  private held: { token: string; goodUntil: number } | undefined;
  private fetching: Promise<string> | undefined;

  constructor(
    private readonly fetchToken: () => Promise<IssuedToken>,
    private readonly clock: Clock,
  ) {}

  async get(): Promise<string> {
    if (this.held !== undefined && this.held.goodUntil > this.clock.now().getTime()) return this.held.token;
    this.fetching ??= this.fetch().finally(() => {
      this.fetching = undefined;
    });
    return this.fetching;
  }

  /** Forgets `token` after the platform refused it; a newer one that another call has brought meanwhile stays. */
  drop(token: string): void {
    if (this.held?.token === token) this.held = undefined;
  }

  private async fetch(): Promise<string> {
    const { token, expiresInS } = await this.fetchToken();
    this.held = { token, goodUntil: this.clock.now().getTime() + Math.max(0, expiresInS - MARGIN_S) * 1000 };
    return token;
  }
}
