import { randomUUID } from 'node:crypto';
import { DEMO_PASSWORD } from '../people';
import type { DeskOfficer } from './officer';

/** What people do for the desk, each over HTTP as from their own devices. */
export class DeskActs {
  constructor(
    private readonly base: string,
    private readonly officer: DeskOfficer,
  ) {}

  /**
   * The county's regulator makes a one-time code for somebody; it signs a browser in once. For an official it takes two:
   * the city's regulator issues what the county's has asked for.
   */
  async oneTimeCode(personId = this.officer.id): Promise<string> {
    const code = (await this.askForCode('regulator', personId)) ?? (await this.askForCode('city', personId));
    if (code === null) throw new Error('two regulators got no code');
    return code;
  }

  private async askForCode(username: string, personId: number): Promise<string | null> {
    const answer = await this.send('/api/session/web', { username, password: DEMO_PASSWORD });
    const cookie = answer.headers.get('set-cookie')?.split(';')[0] ?? '';
    const issued = await this.send(
      `/api/people/${personId}/binding-code`,
      { clientUuid: randomUUID() },
      // A session from a cookie must come from our own pages.
      { cookie, origin: this.base },
    );
    return ((await issued.json()) as { code: string | null }).code;
  }

  /** The officer says yes to messages until the chat app and our ledger both have `least` left of each. */
  async consent(least: number, leftInChat: () => Record<string, number>): Promise<void> {
    const { mobile } = this.officer;
    const login = await this.send(`/standin/wechat/login-code?mobile=${mobile}`, {});
    const { code } = (await login.json()) as { code: string };
    const session = (await (await this.send('/api/session/wechat', { code })).json()) as { accessToken?: string };
    const bearer = { authorization: `Bearer ${session.accessToken ?? ''}` };
    const ledger = await fetch(`${this.base}/api/consents`, { headers: bearer });
    let { remaining } = (await ledger.json()) as { remaining: Record<string, number> };
    for (let tries = 0; tries < least; tries += 1) {
      const chat = leftInChat();
      const low = Object.keys(remaining).filter((name) => Math.min(remaining[name] ?? 0, chat[name] ?? 0) < least);
      if (low.length === 0) return;
      for (const name of low) await this.send(`/standin/wechat/consent?mobile=${mobile}&template=${name}`, {});
      const results = Object.fromEntries(low.map((name) => [name, 'accept']));
      const entered = await this.send('/api/consents', { clientUuid: randomUUID(), results }, bearer);
      ({ remaining } = (await entered.json()) as { remaining: Record<string, number> });
    }
  }

  private async send(path: string, body: object, headers: Record<string, string> = {}): Promise<Response> {
    const answer = await fetch(this.base + path, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...headers },
      body: JSON.stringify(body),
    });
    if (!answer.ok) throw new Error(`${path} answered ${answer.status}: ${(await answer.text()).slice(0, 300)}`);
    return answer;
  }
}
