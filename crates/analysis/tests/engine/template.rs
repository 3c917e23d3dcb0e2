//! Files from which documents are made, by Helm for instance, are not judged as documents.

use konflux_analysis::Workspace;

const CHART: &str = r#"{{- if .Values.enabled }}
apiVersion: tekton.dev/v1
kind: Pipeline
metadata:
  name: {{ .Values.name }}-build
spec:
  tasks:
    {{- range .Values.tasks }}
    - name: {{ .name }}
      runAfter: [nobody]
    {{- end }}
{{- end }}
"#;

const PAC: &str = r#"apiVersion: tekton.dev/v1
kind: Pipeline
metadata:
  name: report
spec:
  tasks:
    - name: report
      runAfter: [nobody]
      taskSpec:
        steps:
          - name: list
            image: quay.io/acme/oc:1
            script: |
              oc get pods -o go-template='
              {{range .items}}{{.metadata.name}}
              {{end}}'
"#;

fn rules(text: &str) -> Vec<&'static str> {
    let mut workspace = Workspace::new();
    workspace.open("/r/p.yaml", text);
    let findings = workspace.findings("/r/p.yaml");
    findings.iter().map(|finding| finding.rule).collect()
}

#[test]
fn a_template_gets_no_finding() {
    assert_eq!(rules(CHART), [""; 0]);
}

#[test]
fn a_template_in_a_script_is_text() {
    assert_eq!(rules(PAC), ["unknown-run-after"]);
}

#[test]
fn a_placeholder_alone_makes_no_template() {
    let text = PAC.replace("spec:\n", "spec:\n  {{ revision }}\n");
    assert_eq!(rules(&text), ["syntax-error", "unknown-run-after"]);
}
