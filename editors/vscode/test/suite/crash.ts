/** An engine that fails where it is told to: nothing is lost but what made it fail. */

import { window, workspace } from "vscode";
import { eventually, finding, findings, noFinding, open, replaceText, test } from "./kit.js";

const MARK = "# konflux: trap\n";

test("a failure of the engine is survived, with all open files", async () => {
  const pipeline = await open("release/pipelines/publish-image/publish-image.yaml");
  await finding(pipeline, "unknown-run-after");
  // An edit that no file has: the next engine can only know it from the editor.
  const mended = pipeline.getText().replace("verify-polcy", "verify-policy");
  await replaceText(pipeline, mended);
  await noFinding(pipeline, "unknown-run-after");

  const fatal = await workspace.openTextDocument({ language: "yaml", content: TASK });
  await window.showTextDocument(fatal);
  await finding(fatal, "undeclared-param");
  await replaceText(fatal, MARK + TASK);
  await eventually("the file says that it could not be read", () =>
    findings(fatal).some(({ message }) => message.includes("failed")),
  );

  await finding(pipeline, "missing-param");
  await noFinding(pipeline, "unknown-run-after");
  await replaceText(pipeline, mended.replace("verify-policy", "verify-polcy"));
  await finding(pipeline, "unknown-run-after");

  await replaceText(fatal, TASK);
  await finding(fatal, "undeclared-param");
});

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
