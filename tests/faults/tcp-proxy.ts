import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net';

/** A network between somebody and a server that can go silent without a word: nothing is closed, nothing arrives any more. */
export class TcpProxy {
  private readonly sockets = new Set<Socket>();
  private trigger: string | undefined;
  private cut = false;

  private constructor(
    private readonly server: Server,
    private readonly target: number,
  ) {
    server.on('connection', (client) => this.relay(client));
  }

  /** Stands before a port of this machine. */
  static async before(target: number): Promise<TcpProxy> {
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return new TcpProxy(server, target);
  }

  get port(): number {
    return (this.server.address() as AddressInfo).port;
  }

  get isSilent(): boolean {
    return this.cut;
  }

  /** From now on nothing passes, in neither direction. */
  goSilent(): void {
    this.cut = true;
  }

  /** Goes silent at the first message to the server that has this text in it; the message itself is lost. */
  goSilentAt(text: string): void {
    this.trigger = text;
  }

  /** New connections pass again; those that were cut stay so. */
  heal(): void {
    this.cut = false;
    this.trigger = undefined;
    for (const socket of this.sockets) socket.removeAllListeners('data');
  }

  async stop(): Promise<void> {
    for (const socket of this.sockets) socket.destroy();
    await new Promise((resolve) => this.server.close(resolve));
  }

  private relay(client: Socket): void {
    const upstream = connect(this.target, '127.0.0.1');
    for (const [from, to] of [
      [client, upstream],
      [upstream, client],
    ] as const) {
      this.sockets.add(from);
      from.on('error', () => undefined);
      from.on('data', (data) => {
        if (from === client && this.trigger !== undefined && data.includes(this.trigger)) this.cut = true;
        if (!this.cut) to.write(data);
      });
      // Nobody is told that the other side has gone, as it is with a cable that was pulled.
      from.on('close', () => {
        this.sockets.delete(from);
        if (!this.cut) to.destroy();
      });
    }
  }
}
