/** What the workers for browsers and for Node have in common. */

import type { Message, StartMessage, WasmSource } from "./messages.js";
import { refuse, Supervisor } from "./supervisor.js";

/** A worker as seen from inside. */
export interface Inside {
  post(message: Message): void;
  /** Calls back when the messages that have arrived by now were taken. */
  later(task: () => void): void;
  /** Gets and compiles the module. */
  compile(wasm: WasmSource): Promise<WebAssembly.Module>;
  close(): void;
}

/** Gives the function that takes what is posted to the worker. */
export function serve(inside: Inside): (message: unknown) => void {
  /** Messages that came before the module. */
  let early: Message[] | undefined = [];
  let take = (message: Message): void => void early?.push(message);

  const begin = (next: (message: Message) => void) => {
    const waiting = early ?? [];
    early = undefined;
    take = next;
    waiting.forEach(take);
  };
  const start = async (wasm: WasmSource) => {
    try {
      begin(conversation(inside, await inside.compile(wasm)));
    } catch (error) {
      begin((message) => refuse(message, String(error), inside.post));
    }
  };
  return (message) => {
    if (isStart(message)) void start(message.konfluxStart.wasm);
    else take(message as Message);
  };
}

function isStart(message: unknown): message is StartMessage {
  return typeof message === "object" && message !== null && "konfluxStart" in message;
}

/** Messages come first; work is done in between, a piece at a time. */
function conversation(inside: Inside, module: WebAssembly.Module): (message: Message) => void {
  const supervisor = new Supervisor(module, inside.post);
  let working = false;
  const work = () => {
    working = supervisor.work();
    if (working) inside.later(work);
  };
  return (message) => {
    supervisor.receive(message);
    if (supervisor.ended) return inside.close();
    if (working) return;
    working = true;
    inside.later(work);
  };
}
