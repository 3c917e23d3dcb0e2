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

#[test]
fn what_the_items_of_a_list_run_has_its_place() {
    let text =
        "echo a\nimages=(\n  b # c\n  \"x=$(skopeo list-tags | head)\" $(oras pull d | cat)\n)\n";
    let script = Script::parse(text);
    for program in ["skopeo list-tags", "oras pull d"] {
        let mut commands = script.commands.iter();
        let command = commands.find(|command| program.starts_with(command.program()));
        let span = command.unwrap().span.clone();
        assert_eq!(&text[span], program);
    }
}

/// What the pieces of a long script say together is what the whole says.
fn agrees(text: &str) -> Option<usize> {
    let pieces = pieces::split(text)?.len();
    let whole = Script::shell(text)?;
    let joined = Script::in_pieces(text, |piece| Script::shell(piece).map(Arc::new))?;
    assert!(
        joined.parsed,
        "the whole is valid, but one piece is not:\n{text}"
    );
    let commands = |script: &Script| -> Vec<_> {
        let commands = script.commands.iter();
        let shown = commands.map(|one| {
            (
                one.words.clone(),
                one.redirects.clone(),
                one.span.clone(),
                one.function,
            )
        });
        shown.collect()
    };
    assert_eq!(commands(&joined), commands(&whole));
    assert_eq!(joined.functions, whole.functions);
    let items = |script: &Script| {
        let names = script.arrays.keys().chain(script.appended.keys());
        let items = names.map(|name| {
            let items = script.items(name).into_iter().flatten();
            (name.clone(), items.cloned().collect::<Vec<_>>())
        });
        items.collect::<HashMap<_, _>>()
    };
    assert_eq!(items(&joined), items(&whole));
    let values = |script: &Script| {
        let names = script.assignments.keys();
        let mut values: Vec<_> = names
            .map(|name| (name.clone(), script.value(name).cloned()))
            .collect();
        values.sort_by(|left, right| left.0.cmp(&right.0));
        values
    };
    assert_eq!(values(&joined), values(&whole));
    let connected = |script: &Script| -> Vec<bool> {
        let pairs = script.commands.windows(2);
        pairs
            .map(|pair| pair[0].pipeline == pair[1].pipeline)
            .collect()
    };
    assert_eq!(connected(&joined), connected(&whole));
    Some(pieces)
}

#[test]
fn pieces_say_what_the_whole_says() {
    let block = "if [[ $x == \"a\" ]]; then\n  echo 'it' | cat\nfi\nfor f in *.rpm; do\n  rpmsign \"$f\"\ndone\n\
        case \"$y\" in\n  a) oras push a b ;;\n  *) exit 1 ;;\nesac\nrun() {\n  cosign \"$@\"\n}\n\
        list=(a b)\nlist+=(c)\nfor f; do :; done\ncat <<-'E' > x\n\tfi } ) \"\n\tE\nz=\"$(echo \"q\"\n)\"\n\
        f()\n{\n  ls # it's\n}\necho a \\\n  b |\n  cat\necho on\n";
    let numbered = (0..60).map(|at| {
        block
            .replace("echo", &format!("echo {at}"))
            .replace("run", &format!("run{at}"))
    });
    let text: String = numbered.collect();
    let pieces = agrees(&text);
    assert!(pieces.is_some_and(|pieces| pieces > 5), "{pieces:?}");
}

/// The same for the scripts of real catalogs, where they are.
#[test]
fn pieces_of_real_scripts_say_what_the_whole_says() {
    let Some(corpus) = std::env::var_os("KONFLUX_CORPUS") else {
        return;
    };
    let mut folders = vec![std::path::PathBuf::from(corpus).join("konflux")];
    let (mut long, mut split) = (0, 0);
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() && !path.is_symlink() {
                folders.push(path);
                continue;
            }
            let Ok(text) = std::fs::read_to_string(&path) else {
                continue;
            };
            for script in scripts_of(&text) {
                long += usize::from(script.len() >= 8 * 1024);
                split += usize::from(agrees(&script).is_some() && script.len() >= 8 * 1024);
            }
        }
    }
    assert!(
        split * 10 >= long * 8,
        "{split} of {long} long scripts are read in pieces"
    );
}

fn scripts_of(text: &str) -> Vec<String> {
    use konflux_syntax::{Node, NodeKind, Tree};
    fn collect(node: &Node<'_>, scripts: &mut Vec<String>) {
        match node.kind() {
            NodeKind::Sequence => node.items().for_each(|item| collect(&item, scripts)),
            NodeKind::Mapping => node.pairs().for_each(|pair| match &*pair.key.text() {
                "script" => scripts.push(pair.value.text().into_owned()),
                _ => collect(&pair.value, scripts),
            }),
            _ => {}
        }
    }
    let tree = Tree::parse(text);
    let mut scripts = Vec::new();
    for document in tree.documents() {
        document
            .root()
            .iter()
            .for_each(|root| collect(root, &mut scripts));
    }
    scripts
}
