//! What the words of a name or a description say of a task: the weakest witness, as they are chosen
//! freely.
//!
//! Many verbs say all there is to say (`notify`). Others are open, and what stands behind them
//! decides: who creates a namespace provisions, who creates an issue notifies. Either is read from
//! the words alone, in lower case, whatever their form (`creates`, `creating`).

use std::borrow::Cow;
use std::collections::HashMap;
use std::sync::OnceLock;

use super::{Role, precedence};

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
const REACH: usize = 6;

/// Words as they are written, and in lower case.
struct Words<'w> {
    written: Vec<&'w str>,
    lower: Vec<String>,
}

impl<'w> Words<'w> {
    fn of(words: impl Iterator<Item = &'w str>) -> Words<'w> {
        let written: Vec<&str> = words.filter(|word| !word.is_empty()).collect();
        let lower = written.iter().map(|word| word.to_lowercase()).collect();
        Words { written, lower }
    }
}

/// What a name says: the first word that says anything, as sure as another for the same, and a word
/// for a gate behind it.
pub(super) fn of_name(name: &str) -> Vec<Reading<'_>> {
    let words = Words::of(name.split(['-', '_', '.']));
    let lower = &words.lower;
    let known: Vec<_> = (0..lower.len())
        // `post-test` tells when.
        .filter(|at| *at == 0 || !is_one_of("post pre after before", &lower[at - 1]))
        // `scanner-build` builds one.
        .filter(|at| {
            let built = lower.get(at + 1).is_some_and(|next| next == "build");
            !built || !is_one_of("collector scanner", &lower[*at])
        })
        .filter_map(|at| {
            // In a name the object may stand first: `namespace-create`.
            reading(&words, at, [&lower[at + 1..], &lower[..at]])
        })
        .collect();
    let first = known.first().copied();
    let first = first.map(|first| {
        let same = known.iter().filter(|read| read.role == first.role);
        let surest = same.max_by(|left, right| left.weight.total_cmp(&right.weight));
        Reading {
            weight: surest.map_or(first.weight, |read| read.weight),
            ..first
        }
    });
    let gate = known.iter().skip(1).find(|read| read.role == Role::Gate);
    first.into_iter().chain(gate.copied()).collect()
}

/// What a sentence says: its first verb, or one that `and` joins to it and that counts more.
pub(super) fn of_sentence(sentence: &str) -> Option<Reading<'_>> {
    const WORDS: usize = 16;
    let split = sentence.split(|c: char| !c.is_ascii_alphanumeric());
    let words = Words::of(split.filter(|word| !word.is_empty()).take(WORDS));
    let lower = &words.lower;
    let at = |at: usize| {
        let reach = lower.len().min(at + 1 + REACH);
        reading(&words, at, [&lower[at + 1..reach], &[]])
    };
    let first = (0..lower.len()).find_map(|place| Some((place, at(place)?)));
    let (place, first) = first?;
    let joined = (place + 2..lower.len())
        .filter(|next| lower[next - 1] == "and" && lower[*next].ends_with('s'))
        .filter_map(at);
    let all = std::iter::once(first).chain(joined);
    all.min_by_key(|read| precedence(read.role))
}

/// `around` are the words that may be its object, nearest first.
fn reading<'w>(words: &Words<'w>, at: usize, around: [&[String]; 2]) -> Option<Reading<'w>> {
    let lexicon = lexicon();
    let lower = &words.lower[at];
    let said = |(role, weight), any_check| Reading {
        role,
        weight,
        word: words.written[at],
        any_check,
    };
    // `build` in front of another noun names what is meant, and no deed.
    let next = words.lower.get(at + 1);
    if is_one_of("build test release benchmark scan audit", lower)
        && next.is_some_and(|next| is_one_of(SAID_OF, next))
    {
        return None;
    }
    let objects = around.into_iter().flatten().map(String::as_str);
    let about = |list: &str| {
        let mut objects = around.into_iter().flatten();
        objects.any(|object| is_one_of(list, object))
    };
    stems(lower).find_map(|stem| {
        if is_one_of(MOVING, &stem)
            && let Some(known) = objects.clone().find_map(moved)
        {
            return Some(said(known, false));
        }
        match &*stem {
            "sign" if about(SIGNED_INSIDE) => return Some(said((Role::SignContent, 0.35), false)),
            "deploy" if about("cluster clusters infra infrastructure") => {
                return Some(said((Role::Provision, 0.4), false));
            }
            "clean" if next.is_some_and(|next| next == "up") => {
                return Some(said((Role::Cleanup, 0.6), false));
            }
            // Whether what runs does so well.
            "check" | "verify" if about("health smoke") => {
                return Some(said((Role::ScanTest, 0.4), false));
            }
            // Those of the task itself.
            "set" if about("result results") => return Some(said((Role::Collect, 0.3), false)),
            "deploy" | "deployment" if about(STORES) => {
                return Some(said((Role::Publish, 0.4), false));
            }
            _ => {}
        }
        if let Some(known) = lexicon.words.get(&*stem) {
            return Some(said(*known, is_one_of("check verify", &stem)));
        }
        let verb = lexicon.verbs.get(&*stem)?;
        let known = objects.clone().find_map(|object| {
            let singular = object.strip_suffix('s').unwrap_or(object);
            let known = lexicon.objects.get(object);
            let object = known.or_else(|| lexicon.objects.get(singular))?;
            done_to(*verb, *object)
        });
        // Whoever prepares or fetches without saying what has something ready at the end.
        let known = match &*stem {
            "prepare" | "fetch" | "generate" | "request" => {
                let otherwise = match &*stem {
                    "generate" => (Role::Init, 0.3),
                    "request" => (Role::Delegate, 0.35),
                    _ => (Role::Collect, 0.3),
                };
                let known = known.filter(|(role, _)| *role != Role::Build);
                Some(known.unwrap_or(otherwise))
            }
            _ => known,
        };
        Some(said(known?, false))
    })
}

fn moved(object: &str) -> Option<(Role, f32)> {
    let mut rows = MOVED.iter();
    let row = rows.find(|(_, _, words)| is_one_of(words, object));
    row.map(|(role, weight, _)| (*role, *weight))
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

/// Verbs and nouns that say all there is to say.
const WORDS: &[(Role, f32, &str)] = &[
    (
        Role::Collect,
        0.45,
        "collect collector get populate reduce filter gather parse compute determine read map find \
         list lookup query detect resolve inspect retrieve select discover expose obtain calculate \
         identify",
    ),
    (Role::Validate, 0.4, "validate assert ensure require"),
    (Role::Validate, 0.3, "fail"),
    (Role::Report, 0.3, "analyze"),
    (Role::Gate, 0.45, "embargo embargoed conforma gate"),
    (Role::ScanTest, 0.3, "verify check compare"),
    (
        Role::ScanTest,
        0.4,
        "scan scanner test tests lint linter sast e2e audit benchmark unittest pytest",
    ),
    (Role::Build, 0.4, "build builder compile"),
    (
        Role::Publish,
        0.4,
        "push publish publisher upload uploader mirror promote",
    ),
    (Role::SignMetadata, 0.4, "sign"),
    (Role::Sbom, 0.4, "sbom sboms"),
    (Role::Extract, 0.4, "extract download"),
    (Role::Attach, 0.4, "attach"),
    (
        Role::Notify,
        0.45,
        "notify notifier notification slack comment email announce alert send",
    ),
    (Role::Provision, 0.5, "provision"),
    (Role::Provision, 0.4, "install"),
    (
        Role::Cleanup,
        0.6,
        "cleanup delete deprovision destroy teardown unregister remove uninstall \
         cancel",
    ),
    (
        Role::Report,
        0.45,
        "summary summarize show report print dump display",
    ),
    (Role::Source, 0.4, "clone checkout"),
    (Role::PrepareSource, 0.45, "prefetch"),
    (Role::Init, 0.45, "init"),
    (Role::PrepareSource, 0.3, "rebase"),
    (
        Role::Metadata,
        0.35,
        "tag tags advisory pyxis status register record",
    ),
    (
        Role::Deploy,
        0.4,
        "deploy deployment deployments gitops infra rollout rollback",
    ),
    (Role::Delegate, 0.45, "trigger dispatch"),
    (Role::Orchestrate, 0.6, "wait await poll"),
    (Role::Delegate, 0.35, "start launch"),
    (
        Role::Sample,
        0.7,
        "hello example sample noop placeholder dummy demo",
    ),
];

/// A verb that needs an object to say anything.
#[derive(Clone, Copy)]
enum Verb {
    Make,
    Change,
    Take,
    Keep,
}

const VERBS: &[(Verb, &str)] = &[
    (
        Verb::Make,
        "create make write add open produce generate setup allocate reserve configure mint enable \
         prepare fetch request lease package",
    ),
    (
        Verb::Change,
        "update edit change patch bump replace rewrite inject pin modify upgrade set render adjust overwrite \
         merge commit",
    ),
    (Verb::Take, "clean drop free prune purge revoke release"),
    (Verb::Keep, "save store archive keep backup monitor"),
];

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

const OBJECTS: &[(Object, &str)] = &[
    (
        Object::Infrastructure,
        "namespace cluster environment env sandbox instance vm machine database hypershift \
         infrastructure kubeconfig host lease pool device board operator secret pod resource volume pvc server ns app \
         application",
    ),
    (
        Object::Message,
        "issue ticket message mail jira announcement",
    ),
    (
        Object::Record,
        "metadata annotation release errata erratum entry catalogue cr statistics tag label snapshot",
    ),
    (
        Object::Rollout,
        "manifest kustomization overlay deployment gitops argo argocd pr mr pull merge revision",
    ),
    (
        Object::Artifact,
        "image bundle package rpm artifact binary binaries archive chart installer iso container",
    ),
    (
        Object::Report,
        "log result coverage metric metrics dashboard badge",
    ),
    (
        Object::Source,
        "dockerfile containerfile lockfile source dependency dependencies spec makefile file yaml \
         sdist",
    ),
    (Object::Value, "version name id timestamp value flag matrix"),
];

/// Nouns of which `build` or `test` tells which one: a build log is no build.
const SAID_OF: &str = "log logs info id status number arg args argument arguments param params \
                       parameters metadata pipeline pipelines data config results result report \
                       reports environment cluster namespace artifacts notes time date";

/// Verbs that say only where something goes, not what it is.
const MOVING: &str = "upload push publish register send import store submit request";

/// What says more than that it is moved.
const MOVED: &[(Role, f32, &str)] = &[
    (Role::Sbom, 0.45, "sbom sboms"),
    (
        Role::SignMetadata,
        0.4,
        "signature signatures attestation attestations",
    ),
    (
        Role::Report,
        0.4,
        "log logs result results report reports coverage metric metrics mlflow grafana",
    ),
];

/// What is signed inside of its bytes.
const SIGNED_INSIDE: &str = "app apps mac macos windows installer installers exe dmg msi rpm rpms \
                             kmod kmods module modules binary binaries executable executables";

/// Where packages are deployed to that nothing runs there.
const STORES: &str = "maven nexus artifactory npm pypi";

/// What verb and object say together. To change an artifact is a warning, which words alone do not
/// make.
fn done_to(verb: Verb, object: Object) -> Option<(Role, f32)> {
    Some(match (verb, object) {
        (Verb::Take, Object::Infrastructure | Object::Record) => (Role::Cleanup, 0.45),
        (Verb::Keep, Object::Report) => (Role::Report, 0.45),
        (Verb::Take | Verb::Keep, _) | (Verb::Change, Object::Artifact) => return None,
        (Verb::Make, Object::Infrastructure) => (Role::Provision, 0.45),
        (Verb::Change, Object::Infrastructure) => (Role::Provision, 0.3),
        (_, Object::Message) => (Role::Notify, 0.45),
        (_, Object::Record) => (Role::Metadata, 0.35),
        (_, Object::Rollout) => (Role::Deploy, 0.4),
        (Verb::Make, Object::Artifact) => (Role::Build, 0.35),
        (_, Object::Report) => (Role::Report, 0.4),
        (_, Object::Source) => (Role::PrepareSource, 0.4),
        (_, Object::Value) => (Role::Init, 0.35),
    })
}

/// All that single words say.
struct Lexicon {
    words: HashMap<&'static str, (Role, f32)>,
    verbs: HashMap<&'static str, Verb>,
    objects: HashMap<&'static str, Object>,
}

fn lexicon() -> &'static Lexicon {
    static LEXICON: OnceLock<Lexicon> = OnceLock::new();
    LEXICON.get_or_init(|| {
        let words = WORDS.iter().flat_map(|(role, weight, words)| {
            let words = words.split_whitespace();
            words.map(move |word| (word, (*role, *weight)))
        });
        Lexicon {
            words: words.collect(),
            verbs: each(VERBS),
            objects: each(OBJECTS),
        }
    })
}

fn each<T: Copy>(table: &[(T, &'static str)]) -> HashMap<&'static str, T> {
    let rows = table.iter();
    let words = rows.flat_map(|(what, words)| words.split_whitespace().map(|word| (word, *what)));
    words.collect()
}

/// Is a word among those of a list?
fn is_one_of(list: &str, word: &str) -> bool {
    list.split_whitespace().any(|one| one == word)
}
