use expect_test::{Expect, expect};
use konflux_analysis::Symbol;

use crate::fixture::Fixture;

const CATALOG: &str = r#"
#- /cat/tasks/build/build.yaml
apiVersion: tekton.dev/v1
kind: Task
metadata:
  name: build
spec:
  description: Builds an image.
  params:
    - name: IMAGE
      description: |
        Where to push.

        In full.
    - name: TAGS
      type: array
      default: []
  results:
    - name: IMAGE_DIGEST
      description: The digest.
  workspaces:
    - name: source
      optional: true
  steps:
    - name: bud
      script: |
        buildah bud -t $(params.IMAGE)
        echo > $(results.IMAGE_DIGEST.path)
"#;

const PIPELINE: &str = r#"
#- /cat/pipelines/p.yaml
apiVersion: tekton.dev/v1
kind: Pipeline
metadata:
  name: p
spec:
  params:
    - name: output-image
      default: quay.io/acme/app
    - name: target
      type: object
      properties: {host: {}}
  workspaces:
    - name: ws
  tasks:
    - name: build
      taskRef: {name: build}
      params:
        - name: IMAGE
          value: $(params.output-image)
      workspaces:
        - name: source
          workspace: ws
    - name: inline
      runAfter: [build]
      taskSpec:
        params:
          - name: level
        steps:
          - name: say
            script: echo $(params.level) $(params.target.host) $(tasks.build.results.IMAGE_DIGEST) $(workspaces.ws.path)
"#;

/// Puts the cursor before the given text of the pipeline, `|` in it marking the exact place.
fn at(place: &str) -> Fixture {
    let exact = place.replace('|', "");
    assert!(PIPELINE.contains(&exact), "{exact}");
    let pipeline = PIPELINE.replacen(&exact, &place.replace('|', "$0"), 1);
    Fixture::new(&format!("{}{pipeline}", CATALOG.trim_start()))
}

fn check_definition(place: &str, expect: Expect) {
    let fixture = at(place);
    let (path, cursor) = fixture.cursor();
    let found = fixture.workspace.definition(path, cursor);
    let found = found
        .into_iter()
        .map(|found| fixture.show(&found.path, found.range));
    expect.assert_eq(&found.collect::<Vec<_>>().join("\n"));
}

fn check_hover(place: &str, expect: Expect) {
    let fixture = at(place);
    let (path, cursor) = fixture.cursor();
    let hover = fixture.workspace.hover(path, cursor);
    let hover =
        hover.map(|hover| format!("{}\n{}", fixture.show(path, hover.range), hover.markdown));
    expect.assert_eq(&hover.unwrap_or_default());
}

#[test]
fn definition_of_params() {
    check_definition(
        "$(params.out|put-image)",
        expect!["/cat/pipelines/p.yaml:7: «output-image»"],
    );
    check_definition(
        "$(params.lev|el)",
        expect!["/cat/pipelines/p.yaml:27: «level»"],
    );
    check_definition(
        "$(params.target.ho|st)",
        expect!["/cat/pipelines/p.yaml:9: «target»"],
    );
    check_definition(
        "name: IM|AGE",
        expect!["/cat/tasks/build/build.yaml:8: «IMAGE»"],
    );
}

#[test]
fn definition_of_tasks_and_results() {
    check_definition(
        "runAfter: [bu|ild]",
        expect!["/cat/pipelines/p.yaml:15: «build»"],
    );
    check_definition(
        "taskRef: {name: bu|ild}",
        expect!["/cat/tasks/build/build.yaml:4: «build»"],
    );
    check_definition(
        "$(tasks.bu|ild.results.IMAGE_DIGEST)",
        expect!["/cat/pipelines/p.yaml:15: «build»"],
    );
    check_definition(
        "$(tasks.build.results.IMA|GE_DIGEST)",
        expect!["/cat/tasks/build/build.yaml:17: «IMAGE_DIGEST»"],
    );
}

#[test]
fn definition_of_workspaces() {
    check_definition(
        "name: sou|rce",
        expect!["/cat/tasks/build/build.yaml:20: «source»"],
    );
    check_definition("workspace: w|s", expect!["/cat/pipelines/p.yaml:13: «ws»"]);
    check_definition(
        "$(workspaces.w|s.path)",
        expect!["/cat/pipelines/p.yaml:13: «ws»"],
    );
    check_definition("spe|c:", expect![""]);
}

#[test]
fn hover_says_what_a_name_means() {
    check_hover(
        "name: IM|AGE",
        expect![[r#"
            /cat/pipelines/p.yaml:18: «IMAGE»
            param `IMAGE`: string, required

            Where to push.

            In full."#]],
    );
    check_hover(
        "$(params.out|put-image)",
        expect![[r#"
            /cat/pipelines/p.yaml:19: «$(params.output-image)»
            param `output-image`: string, default `quay.io/acme/app`"#]],
    );
    check_hover(
        "$(tasks.build.results.IMA|GE_DIGEST)",
        expect![[r#"
            /cat/pipelines/p.yaml:30: «$(tasks.build.results.IMAGE_DIGEST)»
            result `IMAGE_DIGEST`: string

            The digest."#]],
    );
    check_hover(
        "taskRef: {name: bu|ild}",
        expect![[r#"
            /cat/pipelines/p.yaml:16: «{name: build}»
            Task `build`

            Role **build** (95 %): `buildah bud` builds an image.

            Builds an image."#]],
    );
}

#[test]
fn hover_on_the_head_says_what_it_is_and_why() {
    check_hover(
        "kind: Pipe|line",
        expect![[r#"
            /cat/pipelines/p.yaml:2: «Pipeline»
            **Pipeline** `p`

            Class **build** (90 %), because

            - It takes the param `output-image`: where to push what it builds. [line 7](file:///cat/pipelines/p.yaml#L7)"#]],
    );
    check_hover("spe|c:", expect![""]);
}

#[test]
fn symbols_are_nested() {
    fn show(fixture: &Fixture, path: &str, symbols: &[Symbol], depth: usize, out: &mut String) {
        for symbol in symbols {
            assert!(symbol.range.start <= symbol.selection.start);
            assert!(symbol.selection.end <= symbol.range.end);
            assert_eq!(&fixture.text(path)[symbol.selection.clone()], symbol.name);
            let detail = symbol.detail.as_deref().unwrap_or_default();
            let indent = "  ".repeat(depth);
            *out += &format!("{indent}{:?} {} {detail}\n", symbol.kind, symbol.name);
            show(fixture, path, &symbol.children, depth + 1, out);
        }
    }
    let fixture = at("kind: Pipe|line");
    let mut out = String::new();
    for (path, _) in &fixture.files {
        show(
            &fixture,
            path,
            &fixture.workspace.symbols(path),
            0,
            &mut out,
        );
    }
    expect![[r#"
        Document build Task · build
          Param IMAGE string
          Param TAGS array
          Result IMAGE_DIGEST 
          Workspace source optional
          Step bud build
        Document p Pipeline
          Param output-image string
          Param target object
          Workspace ws 
          Task build build
          Task inline sample
            Param level string
            Step say 
    "#]]
    .assert_eq(&out);
}
