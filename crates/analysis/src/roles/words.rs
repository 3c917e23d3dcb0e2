//! What the words of a name or a description say of a task: the weakest witness, as they are chosen
//! freely.
//!
//! Many verbs say all there is to say (`notify`). Others are open, and what stands behind them
//! decides: who creates a namespace provisions, who creates an issue notifies. Either is read from
//! the words alone, in lower case, whatever their form (`creates`, `creating`).

use std::borrow::Cow;

use super::precedence;
use crate::classify::Role;

/// What words say.
#[derive(Clone, Copy, PartialEq, Debug)]
pub(super) struct Reading<'w> {
    pub(super) role: Role,
    /// How far it can be trusted alone, from 0 to 1.
    pub(super) weight: f32,
    /// The word that says it.
    pub(super) word: &'w str,
    /// Of what is checked, the content of artifacts or the run's own configuration, the verb does
    /// not tell.
    pub(super) any_check: bool,
}

/// How many words behind an open verb are looked at.
const REACH: usize = 5;

/// What a name says: the first word that says anything, and a word for a gate behind it.
pub(super) fn of_name(name: &str) -> Vec<Reading<'_>> {
    let words: Vec<&str> = name
        .split(['-', '_', '.'])
        .filter(|word| !word.is_empty())
        .collect();
    let known: Vec<_> = (0..words.len())
        // `post-test` tells when.
        .filter(|at| *at == 0 || !matches!(words[at - 1], "post" | "pre" | "after" | "before"))
        .filter_map(|at| {
            // In a name the object may stand first: `namespace-create`.
            reading(&words, at, &[&words[at + 1..], &words[..at]])
        })
        .collect();
    let first = known.first().copied();
    let gate = known.iter().skip(1).find(|read| read.role == Role::Gate);
    first.into_iter().chain(gate.copied()).collect()
}

/// What a sentence says: its first verb, or one that `and` joins to it and that counts more.
pub(super) fn of_sentence(sentence: &str) -> Option<Reading<'_>> {
    const WORDS: usize = 16;
    let words: Vec<&str> = sentence
        .split(|c: char| !c.is_ascii_alphanumeric())
        .filter(|word| !word.is_empty())
        .take(WORDS)
        .collect();
    let at = |at: usize| {
        let reach = words.len().min(at + 1 + REACH);
        reading(&words, at, &[&words[at + 1..reach]])
    };
    let first = (0..words.len()).find_map(|place| Some((place, at(place)?)));
    let (place, first) = first?;
    let joined = (place + 2..words.len())
        .filter(|next| words[next - 1].eq_ignore_ascii_case("and"))
        .filter(|next| is_verb(words[*next]))
        .filter_map(at);
    let all = std::iter::once(first).chain(joined);
    all.min_by_key(|read| precedence(read.role))
}

fn is_verb(word: &str) -> bool {
    word.to_lowercase().ends_with('s')
}

fn reading<'w>(words: &[&'w str], at: usize, around: &[&[&str]]) -> Option<Reading<'w>> {
    let word = words[at];
    let lower = word.to_lowercase();
    let said = |(role, weight), any_check| Reading {
        role,
        weight,
        word,
        any_check,
    };
    // `build` in front of another noun names what is meant, and no deed.
    let next = words.get(at + 1).map(|next| next.to_lowercase());
    if matches!(&*lower, "build" | "test" | "release") && next.is_some_and(|next| is_said_of(&next))
    {
        return None;
    }
    stems(&lower).find_map(|stem| {
        if matches!(&*stem, "deploy" | "deployment") && words.iter().any(|word| is_store(word)) {
            return Some(said((Role::Publish, 0.4), false));
        }
        if let Some(known) = of_word(&stem) {
            return Some(said(known, matches!(&*stem, "check" | "verify")));
        }
        let verb = open_verb(&stem)?;
        let mut objects = around.iter().flat_map(|words| words.iter());
        objects.find_map(|word| {
            let lower = word.to_lowercase();
            let singular = lower.strip_suffix('s').unwrap_or(&lower);
            let object = object(&lower).or_else(|| object(singular));
            Some(said(done_to(verb, object?)?, false))
        })
    })
}

/// What a verb may come from: `verifies`, `publishes`, `signs`, `creating`, as it stands last.
fn stems(word: &str) -> impl Iterator<Item = Cow<'_, str>> {
    let verifies = word
        .strip_suffix("ies")
        .map(|stem| format!("{stem}y").into());
    let publishes = word.strip_suffix("es").map(Cow::from);
    let signs = word.strip_suffix('s').map(Cow::from);
    let building = word.strip_suffix("ing");
    // `mapping` has the last letter of `map` twice.
    let mapping = building.filter(|stem| {
        let mut letters = stem.bytes().rev();
        letters.next() == letters.next() && stem.len() > 3
    });
    let mapping = mapping.map(|stem| stem[..stem.len() - 1].into());
    let creating = building.map(|stem| format!("{stem}e").into());
    let all = [
        verifies,
        publishes,
        signs,
        building.map(Cow::from),
        creating,
        mapping,
        Some(word.into()),
    ];
    all.into_iter().flatten()
}

/// Nouns of which `build` or `test` tells which one: a build log is no build.
fn is_said_of(noun: &str) -> bool {
    matches!(
        noun,
        "log"
            | "logs"
            | "info"
            | "id"
            | "status"
            | "number"
            | "arg"
            | "args"
            | "argument"
            | "arguments"
            | "param"
            | "params"
            | "parameters"
            | "metadata"
            | "pipeline"
            | "pipelines"
            | "data"
            | "config"
            | "results"
            | "result"
            | "report"
            | "reports"
            | "environment"
            | "cluster"
            | "namespace"
            | "artifacts"
            | "notes"
            | "time"
            | "date"
    )
}

/// Where packages are deployed to that nothing runs there.
fn is_store(word: &str) -> bool {
    let stores = ["maven", "nexus", "artifactory", "npm", "pypi"];
    stores.iter().any(|store| word.eq_ignore_ascii_case(store))
}

/// A verb that needs an object to say anything.
#[derive(Clone, Copy)]
enum Verb {
    Make,
    Change,
    Take,
    Keep,
}

/// What is made, changed or taken away.
#[derive(Clone, Copy)]
enum Object {
    Infrastructure,
    /// Read by people.
    Message,
    /// About an artifact or a release.
    Record,
    /// What a cluster runs, or is asked to.
    Rollout,
    Artifact,
    Report,
    /// What a build consumes.
    Source,
    /// Of control.
    Value,
}

fn open_verb(word: &str) -> Option<Verb> {
    Some(match word {
        "create" | "make" | "write" | "add" | "open" | "produce" | "generate" | "setup"
        | "allocate" | "reserve" | "configure" | "mint" | "enable" => Verb::Make,
        "update" | "edit" | "change" | "patch" | "bump" | "replace" | "rewrite" | "inject"
        | "pin" | "modify" | "set" | "render" | "adjust" | "overwrite" => Verb::Change,
        "clean" | "drop" | "free" | "prune" | "purge" | "revoke" | "release" => Verb::Take,
        "save" | "store" | "archive" | "keep" | "backup" => Verb::Keep,
        _ => return None,
    })
}

fn object(word: &str) -> Option<Object> {
    Some(match word {
        "namespace" | "cluster" | "environment" | "env" | "sandbox" | "instance" | "vm"
        | "machine" | "database" | "hypershift" | "infrastructure" | "kubeconfig" | "host"
        | "operator" | "secret" | "pod" | "resource" | "volume" | "pvc" | "server" | "ns"
        | "app" | "application" => Object::Infrastructure,
        "issue" | "ticket" | "message" | "mail" | "jira" | "announcement" => Object::Message,
        "metadata" | "annotation" | "release" | "errata" | "erratum" | "entry" | "catalogue"
        | "cr" | "statistics" | "tag" | "label" => Object::Record,
        "manifest" | "kustomization" | "overlay" | "deployment" | "gitops" | "argocd" | "pr"
        | "mr" | "pull" | "merge" => Object::Rollout,
        "image" | "bundle" | "package" | "rpm" | "rpms" | "artifact" | "binary" | "binaries"
        | "archive" | "chart" | "installer" | "iso" | "container" => Object::Artifact,
        "log" | "result" | "coverage" | "metric" | "dashboard" | "badge" => Object::Report,
        "dockerfile" | "containerfile" | "lockfile" | "source" | "dependency" | "dependencies"
        | "spec" | "makefile" | "file" | "yaml" => Object::Source,
        "version" | "name" | "id" | "timestamp" | "value" | "flag" | "matrix" => Object::Value,
        _ => return None,
    })
}

fn done_to(verb: Verb, object: Object) -> Option<(Role, f32)> {
    Some(match (verb, object) {
        (Verb::Take, Object::Infrastructure | Object::Record) => (Role::Cleanup, 0.45),
        (Verb::Keep, Object::Report) => (Role::Report, 0.45),
        (Verb::Take | Verb::Keep, _) => return None,
        (Verb::Make, Object::Infrastructure) => (Role::Provision, 0.45),
        (Verb::Change, Object::Infrastructure) => (Role::Provision, 0.3),
        (_, Object::Message) => (Role::Notify, 0.45),
        (_, Object::Record) => (Role::Metadata, 0.35),
        (_, Object::Rollout) => (Role::Deploy, 0.4),
        (Verb::Make, Object::Artifact) => (Role::Build, 0.35),
        // To change an artifact is a warning, which words alone do not make.
        (Verb::Change, Object::Artifact) => return None,
        (_, Object::Report) => (Role::Report, 0.4),
        (_, Object::Source) => (Role::PrepareSource, 0.4),
        (_, Object::Value) => (Role::Init, 0.35),
    })
}

/// What a verb or noun says that needs no other.
fn of_word(word: &str) -> Option<(Role, f32)> {
    Some(match word {
        "collect" | "collector" | "get" | "populate" | "reduce" | "filter" | "gather" | "parse"
        | "compute" | "determine" | "read" | "map" | "find" | "list" | "lookup" | "query"
        | "detect" | "resolve" | "inspect" | "retrieve" | "select" | "discover" | "expose"
        | "obtain" | "calculate" | "identify" => (Role::Collect, 0.45),
        "prepare" => (Role::Collect, 0.3),
        "validate" | "assert" | "ensure" | "require" => (Role::Validate, 0.4),
        "fail" => (Role::Validate, 0.3),
        "analyze" => (Role::Report, 0.3),
        "embargo" | "embargoed" | "conforma" | "gate" => (Role::Gate, 0.45),
        "verify" | "check" | "compare" => (Role::ScanTest, 0.3),
        "scan" | "test" | "tests" | "lint" | "linter" | "sast" | "e2e" | "audit" | "benchmark"
        | "scanner" | "unittest" | "pytest" => (Role::ScanTest, 0.4),
        "build" | "buildah" | "compile" | "builder" => (Role::Build, 0.4),
        "push" | "publish" | "upload" | "uploader" | "publisher" | "mirror" | "promote" => {
            (Role::Publish, 0.4)
        }
        "sign" => (Role::SignMetadata, 0.3),
        "sbom" | "sboms" => (Role::Sbom, 0.4),
        "extract" | "download" => (Role::Extract, 0.4),
        "attach" => (Role::Attach, 0.4),
        "notify" | "notification" | "slack" | "comment" | "email" | "announce" | "alert"
        | "send" | "notifier" => (Role::Notify, 0.45),
        "provision" => (Role::Provision, 0.5),
        "install" => (Role::Provision, 0.35),
        "cleanup" | "delete" | "deprovision" | "destroy" | "teardown" | "unregister" | "remove"
        | "uninstall" => (Role::Cleanup, 0.5),
        "summary" | "show" | "report" | "print" | "dump" | "display" | "summarize" => {
            (Role::Report, 0.45)
        }
        "clone" | "checkout" => (Role::Source, 0.4),
        "prefetch" => (Role::PrepareSource, 0.45),
        "init" => (Role::Init, 0.45),
        "generate" => (Role::Init, 0.3),
        "advisory" | "pyxis" | "status" | "register" | "record" => (Role::Metadata, 0.35),
        "tag" | "tags" => (Role::Metadata, 0.35),
        "deploy" | "deployment" | "deployments" | "gitops" | "infra" | "rollout" | "rollback" => {
            (Role::Deploy, 0.35)
        }
        "wait" | "await" | "poll" => (Role::Orchestrate, 0.5),
        "trigger" | "request" | "start" | "dispatch" | "launch" => (Role::Delegate, 0.35),
        "hello" | "example" | "sample" | "noop" | "placeholder" | "dummy" | "demo" => {
            (Role::Sample, 0.7)
        }
        _ => return None,
    })
}
