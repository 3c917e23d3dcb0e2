/**
 * Files in the fragment of an address, which browsers send to nobody: `#` and the base64url of
 * their JSON, compressed (raw deflate); or `#json=` and the base64url of the JSON itself, for
 * editors that open the page.
 */

import type { SavedFiles } from "./files.js";

const PLAIN = "json=";

/** The fragment, with its `#`, for some files. */
export async function toFragment(files: SavedFiles): Promise<string> {
  const bytes = new TextEncoder().encode(JSON.stringify(files));
  return `#${toBase64(await pump(bytes, new CompressionStream("deflate-raw")))}`;
}

/** The files of a fragment; `undefined` when it names none. Fails when it is damaged. */
export async function fromFragment(fragment: string): Promise<SavedFiles | undefined> {
  const text = fragment.replace(/^#/, "");
  if (text === "") return undefined;
  const isPlain = text.startsWith(PLAIN);
  const bytes = fromBase64(isPlain ? text.slice(PLAIN.length) : text);
  const json = isPlain ? bytes : await pump(bytes, new DecompressionStream("deflate-raw"));
  // An editor may hold bytes that are no text; in what was compressed they are damage.
  return readFiles(new TextDecoder("utf-8", { fatal: !isPlain }).decode(json));
}

/** Files from their JSON. Fails when it is something else. */
export function readFiles(json: string): SavedFiles {
  const { files, active } = JSON.parse(json) as Partial<SavedFiles>;
  const isFile = (file: unknown) => {
    const { path, text } = (file ?? {}) as { path?: unknown; text?: unknown };
    return typeof path === "string" && path !== "" && typeof text === "string";
  };
  if (!Array.isArray(files) || files.length === 0 || !files.every(isFile)) {
    throw new Error("it holds no files");
  }
  const shown = files.some(({ path }) => path === active) ? active : files[0]?.path;
  return { files: files.map(({ path, text }) => ({ path, text })), active: shown ?? "" };
}

async function pump(bytes: Uint8Array<ArrayBuffer>, through: GenericTransformStream) {
  const stream = new Blob([bytes]).stream().pipeThrough(through);
  return new Uint8Array(await new Response(stream).arrayBuffer());
}

function toBase64(bytes: Uint8Array): string {
  let binary = "";
  for (const byte of bytes) binary += String.fromCharCode(byte);
  return btoa(binary).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
}

function fromBase64(text: string): Uint8Array<ArrayBuffer> {
  const binary = atob(text.replaceAll("-", "+").replaceAll("_", "/"));
  return Uint8Array.from(binary, (character) => character.charCodeAt(0));
}
