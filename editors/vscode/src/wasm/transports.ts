/** A language client's way to and from a server in a worker. */

import type { Server } from "konflux-ls-wasm";
import {
  AbstractMessageReader,
  AbstractMessageWriter,
  type DataCallback,
  type Disposable,
  type Message,
  type MessageTransports,
} from "vscode-languageclient";

/**
 * The ends of both directions; when the client closes them, the worker ends too. When the worker
 * itself fails, the connection closes. What fails in the engine is answered, and mended, by the worker.
 */
export function transports(server: Server): MessageTransports {
  const reader = new Reader(server);
  server.onFailure((reason) => reader.fail(reason));
  return { reader, writer: new Writer(server) };
}

type ServerMessage = Parameters<Server["send"]>[0];

class Reader extends AbstractMessageReader {
  readonly #server: Server;

  constructor(server: Server) {
    super();
    this.#server = server;
  }

  listen(callback: DataCallback): Disposable {
    return { dispose: this.#server.onMessage((message) => callback(message as Message)) };
  }

  fail(reason: string): void {
    this.fireError(new Error(reason));
    this.fireClose();
  }
}

class Writer extends AbstractMessageWriter {
  readonly #server: Server;

  constructor(server: Server) {
    super();
    this.#server = server;
  }

  async write(message: Message): Promise<void> {
    this.#server.send(message as ServerMessage);
  }

  end(): void {}

  override dispose(): void {
    super.dispose();
    this.#server.dispose();
  }
}
