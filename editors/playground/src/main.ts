/** The page: text, picture and findings of the same files. */

import "./picture/picture.css";
import "./page.css";
import { byId } from "./elements.js";
import { drawExamples, type Example, firstExample } from "./examples.js";
import type { SavedFiles } from "./files.js";
import { type LocalFile, readChosen, readDropped } from "./local.js";
import { recall, remember } from "./memory.js";
import { fromFragment, readFiles, toFragment } from "./share.js";
import { makeSplitter } from "./split.js";
import { toast } from "./toast.js";
import { Workbench } from "./workbench.js";

const KEPT = "konflux-ls.files";
/** In characters. */
const LONGEST_LINK = 1_000_000;
const NEW_FILE = "pipeline.yaml";

const workbench = new Workbench(keep);

void start();

async function start(): Promise<void> {
  const panes = byId("panes");
  makeSplitter(byId("split-columns"), panes, "--columns", 45);
  makeSplitter(byId("split-rows"), panes, "--rows", 69);
  drawExamples(byId("examples-body"), choose);
  listen();
  await openFirst();
  // Without it, or where it is refused, the page works with a network only.
  await navigator.serviceWorker?.register("service-worker.js").catch(() => {});
}

/** What the address holds, else what was here the last time, else an example. */
async function openFirst(): Promise<void> {
  try {
    const shared = await fromFragment(location.hash);
    if (shared) {
      workbench.open(shared);
      return;
    }
  } catch (error) {
    toast(`The link is damaged: ${(error as Error).message.replace(/\.$/, "")}.`);
  }
  const kept = recall(KEPT);
  const example = firstExample();
  try {
    if (kept !== null) {
      workbench.open(readFiles(kept));
      return;
    }
  } catch {
    // Nothing was open the last time.
  }
  if (example) choose(example);
}

/** Keeps what is open for the next time; an address that says otherwise is no longer true. */
function keep(files: SavedFiles): void {
  remember(KEPT, JSON.stringify(files));
  if (location.hash !== "") history.replaceState(null, "", location.pathname + location.search);
}

function choose(example: Example): void {
  workbench.open({ files: example.files, active: example.active }, true);
  byId<HTMLDialogElement>("examples").close();
  byId("story-title").textContent = `${example.title}.`;
  byId("story-summary").textContent = example.summary.replaceAll("`", "");
  byId("story-look").textContent = example.look;
  byId("story").hidden = false;
  keep(workbench.files.save());
}

function listen(): void {
  const dialog = byId<HTMLDialogElement>("examples");
  const input = byId<HTMLInputElement>("file-input");
  for (const id of ["examples-button", "no-files-examples"]) {
    byId(id).onclick = () => dialog.showModal();
  }
  byId("examples-close").onclick = () => dialog.close();
  dialog.addEventListener("click", ({ target }) => target === dialog && dialog.close());
  byId("story-close").onclick = () => {
    byId("story").hidden = true;
  };
  byId("open-button").onclick = () => input.click();
  input.onchange = async () => {
    add(await readChosen([...(input.files ?? [])]));
    input.value = "";
  };
  byId("new-button").onclick = () => workbench.add([{ path: NEW_FILE, text: "" }]);
  byId("share-button").onclick = () => void share();
  byId("theme-button").onclick = () => document.dispatchEvent(new Event("konflux-ls:toggle-theme"));
  window.addEventListener("hashchange", () => location.hash !== "" && void openFirst());
  for (const button of document.querySelectorAll<HTMLElement>("[data-show]")) {
    button.onclick = () => workbench.showPane(button.dataset.show ?? "text");
  }
  listenForDrops();
}

function listenForDrops(): void {
  const veil = byId("drop");
  const hasFiles = (event: DragEvent) => event.dataTransfer?.types.includes("Files") ?? false;
  window.addEventListener("dragover", (event) => {
    if (!hasFiles(event)) return;
    event.preventDefault();
    veil.hidden = false;
  });
  window.addEventListener("dragleave", (event) => {
    if (event.relatedTarget === null) veil.hidden = true;
  });
  // Before the editor, which would put the text of the file where the pointer is.
  const drop = async (event: DragEvent) => {
    if (event.dataTransfer === null || !hasFiles(event)) return;
    event.preventDefault();
    event.stopPropagation();
    veil.hidden = true;
    add(await readDropped(event.dataTransfer));
  };
  window.addEventListener("drop", (event) => void drop(event), { capture: true });
}

function add({ files, others }: { files: LocalFile[]; others: number }): void {
  if (others > 0) toast(`${others} of them ${others === 1 ? "is" : "are"} no YAML, or too big.`);
  if (files.length > 0) byId("story").hidden = true;
  workbench.add(files);
}

async function share(): Promise<void> {
  const fragment = await toFragment(workbench.files.save());
  if (fragment.length > LONGEST_LINK) {
    toast("These files are too big for a link: browsers cut off addresses beyond a megabyte.");
    return;
  }
  history.replaceState(null, "", fragment);
  try {
    await navigator.clipboard.writeText(location.href);
    toast("The link is copied. It holds the files themselves: no server keeps them.");
  } catch {
    toast("The link is in the address bar. It holds the files themselves: no server keeps them.");
  }
}
