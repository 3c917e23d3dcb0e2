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

/** The ends of both directions; when the client closes them, the worker ends too. */
export function transports(server: Server): MessageTransports {
  return { reader: new Reader(server), writer: new Writer(server) };
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
