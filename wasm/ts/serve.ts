/** What the workers for browsers and for Node have in common. */

import {
  type Message,
  type Ping,
  type Predecessor,
  refuse,
  type Sign,
  type StartMessage,
  type WasmSource,
} from "./messages.js";
import { Supervisor } from "./supervisor.js";

/** A worker as seen from inside. */
export interface Inside {
  post(message: Message | Sign): void;
  /** Calls back when the messages that have arrived by now were taken. */
  later(task: () => void): void;
  /** Gets and compiles the module. */
  compile(wasm: WasmSource): Promise<WebAssembly.Module>;
  close(): void;
}

/** What a conversation is a part of: the host may want to hear what it does. */
interface Watched extends Inside {
  sign(sign: Sign["konfluxSign"]): void;
}

interface Conversation {
  take(message: Message): void;
  /** Nothing is left to do. */
  isIdle(): boolean;
}

/** Gives the function that takes what is posted to the worker. */
export function serve(inside: Inside): (message: unknown) => void {
  let isWatched = false;
  const sign = (sign: Sign["konfluxSign"]) => isWatched && inside.post({ konfluxSign: sign });
  let now = beforeTheModule();
  const start = async ({ wasm, instead }: StartMessage["konfluxStart"]) => {
    const { early } = now;
    try {
      const module = await inside.compile(wasm);
      now = { ...conversation({ ...inside, sign }, module, instead), early };
    } catch (error) {
      const take = (message: Message) => refuse(message, String(error), inside.post);
      now = { take, isIdle: () => true, early };
    }
    early.forEach(now.take);
  };
  return (message) => {
    if (isStart(message)) {
      void start(message.konfluxStart);
    } else if (isPing(message)) {
      isWatched = true;
      sign({ kind: "alive", ping: message.konfluxPing, isIdle: now.isIdle() });
    } else {
      now.take(message as Message);
    }
  };
}

/** Messages that come before the module wait for it. */
function beforeTheModule(): Conversation & { early: Message[] } {
  const early: Message[] = [];
  return { early, take: (message) => early.push(message), isIdle: () => false };
}

function isStart(message: unknown): message is StartMessage {
  return typeof message === "object" && message !== null && "konfluxStart" in message;
}

function isPing(message: unknown): message is Ping {
  return typeof message === "object" && message !== null && "konfluxPing" in message;
}

/** Messages come first; work is done in between, a piece at a time. */
function conversation(
  inside: Watched,
  module: WebAssembly.Module,
  instead: Predecessor | undefined,
): Conversation {
  const supervisor = new Supervisor(module, inside.post, inside.sign, instead);
  let isWorking = false;
  const work = () => {
    isWorking = supervisor.work();
    if (isWorking) inside.later(work);
  };
  const workLater = () => {
    if (isWorking) return;
    isWorking = true;
    inside.later(work);
  };
  if (instead) workLater();
  const take = (message: Message) => {
    supervisor.receive(message);
    if (supervisor.ended) inside.close();
    else workLater();
  };
  return { take, isIdle: () => !isWorking };
}
