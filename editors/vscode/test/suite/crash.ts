/** An engine that fails, or comes to no end, where it is told to: nothing else is lost. */

import { window, workspace } from "vscode";
import { eventually, finding, findings, noFinding, open, replaceText, test } from "./kit.js";

/** In milliseconds: it takes 15 seconds until a loop is taken for one without an end. */
const PATIENCE = 40_000;

for (const [what, mark] of [
  ["a failure of the engine", "# konflux: trap\n"],
  ["a loop without an end", "# konflux: loop\n"],
] as const) {
  test(`${what} is survived, with all open files`, () => survives(mark));
}

async function survives(mark: string): Promise<void> {
  const pipeline = await open("release/pipelines/publish-image/publish-image.yaml");
  await finding(pipeline, "unknown-run-after");
  // An edit that no file has: the next engine can only know it from the editor.
  const mended = pipeline.getText().replace("verify-polcy", "verify-policy");
  await replaceText(pipeline, mended);
  await noFinding(pipeline, "unknown-run-after");

  const fatal = await workspace.openTextDocument({ language: "yaml", content: TASK });
  await window.showTextDocument(fatal);
  await finding(fatal, "undeclared-param");
  await replaceText(fatal, mark + TASK);
  await eventually(
    "the file says that it could not be read",
    () => findings(fatal).some(({ message }) => message.includes("failed")),
    PATIENCE,
  );

  await finding(pipeline, "missing-param");
  await noFinding(pipeline, "unknown-run-after");
  await replaceText(pipeline, mended.replace("verify-policy", "verify-polcy"));
  await finding(pipeline, "unknown-run-after");

  await replaceText(fatal, TASK);
  await finding(fatal, "undeclared-param");
}

const TASK = `apiVersion: tekton.dev/v1
kind: Task
metadata:
  name: greet
spec:
  steps:
    - name: greet
      image: registry.access.redhat.com/ubi9/ubi-minimal
      env:
        - name: WHO
          value: $(params.who)
      script: echo "Hello, $WHO"
`;
