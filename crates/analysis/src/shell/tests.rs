use super::*;

/// The commands of a script, a line each.
fn flat(text: &str) -> String {
    let script = Script::parse(text);
    let lines = script.commands.iter().map(|command| {
        let words: Vec<String> = command.words.iter().map(shown).collect();
        words.join(" ")
    });
    lines.collect::<Vec<_>>().join("\n")
}

fn shown(word: &Word) -> String {
    let part = |part: &Part| match part {
        Part::Text(text) => text.clone(),
        Part::Variable(name) => format!("${name}"),
        Part::Tekton(path) => format!("<{path}>"),
        Part::Substitution(..) => "$(…)".to_owned(),
    };
    word.parts.iter().map(part).collect()
}

#[test]
fn commands_are_found_wherever_they_nest() {
    let text = r#"#!/bin/bash
set -e
push() { oras push "$1"; }
if ! cosign verify "${IMAGE%@*}"; then echo "no" && exit 1; fi
digest=$(skopeo inspect "docker://$(params.image)" | jq -r .Digest)
for f in *.rpm; do rpmsign --addsign "$f"; done
case "$x" in a) tar -czf out.tgz . ;; esac
cat <<EOF > file
text
EOF
[[ "$(oras resolve "$i")" == a ]] && cosign copy -f a b
"#;
    let expected = r#"set -e
oras push $1
cosign verify $IMAGE
echo no
exit 1
skopeo inspect docker://<params.image>
jq -r .Digest
rpmsign --addsign $f
tar -czf out.tgz .
cat
oras resolve $i
cosign copy -f a b"#;
    assert_eq!(flat(text), expected);
}

#[test]
fn places_are_bytes_of_the_script() {
    let text = "# größer\nx=$(oras pull \"é\" b)\nssh h bash <<'E'\ncodesign a\nE\n";
    let script = Script::parse(text);
    let spans = script
        .commands
        .iter()
        .map(|command| &text[command.span.clone()]);
    assert_eq!(
        spans.collect::<Vec<_>>(),
        ["oras pull \"é\" b", "ssh h bash"]
    );
    let Some(Redirect::Heredoc(body, at)) = script.commands[1].redirects.first() else {
        panic!("no heredoc");
    };
    assert_eq!(&text[*at..*at + body.len()], body);
}

#[test]
fn a_variable_with_one_value_has_it() {
    let script = Script::parse("a=1\nexport b=\"$a/x\"\na+=2\nfor c in y; do :; done\n");
    assert!(script.value("a").is_none());
    assert_eq!(script.value("b").map(shown).unwrap(), "$a/x");
    assert!(script.value("c").is_none());
}

#[test]
fn what_is_no_shell_is_read_word_by_word() {
    let script = Script::parse("if [ x\n  oras push \"a b\" c | tee log; (\n");
    assert!(!script.parsed);
    let programs: Vec<_> = script.commands.iter().map(Command::program).collect();
    assert_eq!(programs, ["[", "oras", "tee"]);
}

/// On as little stack as a browser gives.
#[test]
fn nothing_takes_long_or_much_stack() {
    let nested = |open: &str, count: usize, close: &str| {
        format!("{}x{}", open.repeat(count), close.repeat(count))
    };
    let mut texts: Vec<String> = Vec::new();
    for count in [9, 10, 11, 46, 47, 500, 50_000] {
        for (open, close) in [
            ("(", ")"),
            ("( ", ""),
            ("{ ", "; }"),
            ("{ ", ""),
            ("$(", ")"),
            ("if a; then ", "; fi"),
            ("if a; then ", ""),
            ("while a; do ", "; done"),
            ("case a in a) ", ";; esac"),
            ("case a in a) ", ""),
            ("f() { ", "; }"),
            ("[[ ( ", " ) ]]"),
            ("echo $(a `", "`)"),
            ("<(", ")"),
            ("((", "))"),
            ("${a:-", "}"),
            ("\"$(", ")\""),
            ("! ", ""),
            ("a=(", ")"),
            ("a && ", ""),
            ("a | ", ""),
        ] {
            texts.push(nested(open, count, close));
        }
    }
    texts.push(":(){ :|:& };:".to_owned());
    texts.push("cat <<E\nnever ends".to_owned());
    texts.push("echo 'open \" \u{1}\u{7f}\u{0} \u{feff}".to_owned());
    texts.push("import os\nprint('x' if y else \"z\")\n".to_owned());
    texts.push("oras push a b\n".repeat(80_000));
    let run = move || texts.iter().for_each(|text| drop(Script::parse(text)));
    let thread = std::thread::Builder::new().stack_size(1 << 20);
    thread.spawn(run).unwrap().join().unwrap();
}

#[test]
fn a_plain_substitution_is_read_like_any_other() {
    let text = "x=\"$(cosign sign \"$IMAGE\" 'a b')\"; y=$(cosign sign \"$IMAGE\" 'a b' | cat)\n";
    let script = Script::parse(text);
    let [plain, piped, ..] = script.commands.as_slice() else {
        panic!("{script:?}");
    };
    let parts = |command: &Command| -> Vec<_> {
        command
            .words
            .iter()
            .map(|word| word.parts.clone())
            .collect()
    };
    assert_eq!(parts(plain), parts(piped));
    assert_eq!(&text[plain.span.clone()], "cosign sign \"$IMAGE\" 'a b'");
}
