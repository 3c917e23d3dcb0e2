/** What people see in both hosts. */

import { commands, languages, Uri, window, workspace } from "vscode";
import {
  api,
  assert,
  definitionAt,
  eventually,
  finding,
  findings,
  fixesOf,
  folder,
  hoverAt,
  noFinding,
  open,
  placeOf,
  replaceText,
  ruleOf,
  test,
  withSetting,
} from "./kit.js";

const PIPELINE = "release/pipelines/publish-image/publish-image.yaml";

test("findings appear, those that need other files too", async () => {
  const document = await open(PIPELINE);
  const { message, range } = await finding(document, "unknown-run-after");
  assert(message.includes("verify-polcy"), message);
  assert(document.getText(range) === "verify-polcy", `it stands at ${document.getText(range)}`);
  await finding(document, "missing-param");
});

test("files that are not open have findings", async () => {
  await eventually("a finding in a closed file", async () => {
    const documents = workspace.textDocuments.map(({ uri }) => uri.path);
    return languages
      .getDiagnostics()
      .some(([uri, found]) => found.length > 0 && !documents.includes(uri.path));
  });
});

test("a quick fix is applied, and its finding goes", async () => {
  const document = await open(PIPELINE);
  const [fix] = await fixesOf(document, await finding(document, "unknown-run-after"));
  assert(fix?.edit, "no fix");
  assert(await workspace.applyEdit(fix.edit), "the fix was not applied");
  assert(!document.getText().includes("verify-polcy"), "the text is as before");
  await noFinding(document, "unknown-run-after");
  await commands.executeCommand("workbench.action.files.revert");
  await finding(document, "unknown-run-after");
});

test("a hover says what a pipeline is for", async () => {
  const document = await open(PIPELINE);
  const hover = await hoverAt(document, placeOf(document, "publish-image"));
  assert(/release/i.test(hover), hover);
});

test("a task reference leads to the task", async () => {
  const document = await open(PIPELINE);
  const place = placeOf(document, "tasks/push-image/push-image.yaml", 10);
  const found = await definitionAt(document, place);
  assert(
    found.some((place) => place.includes("/release/tasks/push-image/push-image.yaml:")),
    found.join(),
  );
});

test("files that come and go are noticed", async () => {
  const file = Uri.joinPath(folder(), "release/pipelines/new.yaml");
  await workspace.fs.writeFile(file, new TextEncoder().encode(BROKEN));
  await eventually("a finding in it", () => languages.getDiagnostics(file).length > 0);
  await workspace.fs.delete(file);
  await eventually("no finding any more", () => languages.getDiagnostics(file).length === 0);
});

test("files in folders that are left out have no findings", async () => {
  const document = await open(PIPELINE);
  await finding(document, "missing-param");
  const found = languages.getDiagnostics().filter(([, { length }]) => length > 0);
  const names = found.map(([{ path }]) => path);
  assert(!names.some((path) => path.includes("node_modules")), names.join());
  assert(!names.some((path) => path.includes("excluded")), names.join());
});

test("YAML that is not Tekton is left alone", async () => {
  await withSetting("konflux-ls.yamlErrors", "always", async () => {
    const plain = await open("plain.yaml");
    assert((await hoverAt(plain, placeOf(plain, "name"))) === "", "it has a hover");
    await replaceText(plain, `${plain.getText()}more: [\n`);
    const document = await open(PIPELINE);
    await finding(document, "unknown-run-after");
    assert(findings(plain).length === 0, findings(plain).map(ruleOf).join());
    await window.showTextDocument(plain);
    await commands.executeCommand("workbench.action.files.revert");
  });
});

test("an unsaved file has findings", async () => {
  const document = await workspace.openTextDocument({ language: "yaml", content: BROKEN });
  await window.showTextDocument(document);
  await finding(document, "unknown-run-after");
  await commands.executeCommand("workbench.action.revertAndCloseActiveEditor");
});

test("errors of YAML itself are left to the YAML extension, unless asked for", async () => {
  const content = `${BROKEN}    - name: [\n`;
  const document = await workspace.openTextDocument({ language: "yaml", content });
  await window.showTextDocument(document);
  await finding(document, "unknown-run-after");
  await noFinding(document, "syntax-error");
  await withSetting("konflux-ls.yamlErrors", "always", async () => {
    await replaceText(document, `${content}\n`);
    await finding(document, "syntax-error");
  });
  await commands.executeCommand("workbench.action.revertAndCloseActiveEditor");
});

test("after a restart it is as before", async () => {
  const document = await open(PIPELINE);
  await finding(document, "unknown-run-after");
  const before = findings(document).length;
  await commands.executeCommand("konflux-ls.restart");
  assert((await api()).server.client, "no server runs");
  await eventually("as many findings as before", () => findings(document).length === before);
});

const BROKEN = `apiVersion: tekton.dev/v1
kind: Pipeline
metadata:
  name: unsaved
spec:
  tasks:
    - name: first
      runAfter: [nobody]
      taskRef:
        name: something
`;
