//! What a pipeline is for: build, release, integration test or the unit test of a task.
//!
//! Every signal speaks for one class with a weight near its measured precision on real catalogs.
//! The signals of a class add up as independent witnesses do, and the strongest class wins when it
//! passes [`THRESHOLD`] and no other comes near. Otherwise the document stays unclassified, and
//! guideline rules stay silent.
//!
//! Two signals are not weighed: an explicit annotation wins over everything, and what looks like
//! the unit test of a task is one, since such tests repeat the params and names of what they test.

use std::sync::Arc;

use konflux_syntax::{Document, Span};

use crate::model::{Argument, Kind, Model, Pipeline, PipelineTask, Text};

/// The annotation by which an author says what a pipeline is for (`none` for nothing of these).
pub const CLASS_ANNOTATION: &str = "konflux.guidelines/class";

/// Below this nothing is said.
pub const THRESHOLD: f32 = 0.6;

/// How much the strongest class must be ahead of the next one.
const MARGIN: f32 = 0.05;

/// What a pipeline is for.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum PipelineClass {
    /// Builds a component from source.
    Build,
    /// Releases what was built.
    Release,
    /// Tests what was built.
    IntegrationTest,
    /// Tests one task of a catalog.
    TaskUnitTest,
}

impl PipelineClass {
    pub(crate) const ALL: [PipelineClass; 4] = [
        PipelineClass::Build,
        PipelineClass::Release,
        PipelineClass::IntegrationTest,
        PipelineClass::TaskUnitTest,
    ];

    /// The word for it in output and annotations.
    pub fn as_str(self) -> &'static str {
        match self {
            PipelineClass::Build => "build",
            PipelineClass::Release => "release",
            PipelineClass::IntegrationTest => "integration-test",
            PipelineClass::TaskUnitTest => "task-unit-test",
        }
    }
}

/// A reason for a classification, in places of the document.
#[derive(Clone, PartialEq, Debug)]
pub struct Signal {
    /// A sentence.
    pub message: String,
    /// What it rests on.
    pub span: Span,
    /// For what it speaks.
    pub class: PipelineClass,
    /// How far it can be trusted alone, from 0 to 1.
    pub weight: f32,
}

/// What a document is, and why.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct Classification {
    /// What the pipeline is for; `None` when that cannot be said.
    pub class: Option<PipelineClass>,
    /// How sure that is, from 0 to 1.
    pub confidence: f32,
    /// The reasons for the class, strongest first.
    pub signals: Vec<Signal>,
}

/// What a document is; computed once.
pub fn of(path: &str, document: &Document<'_>) -> Arc<Classification> {
    document.memo(|| classify(path, &Model::of(document)))
}

fn classify(path: &str, model: &Model) -> Classification {
    if !matches!(model.kind, Kind::Pipeline | Kind::PipelineRun) {
        return Classification::default();
    }
    if let Some(explicit) = explicit(model) {
        return explicit;
    }
    let mut witness = Witness::new(path, model);
    witness.unit_test();
    witness.metadata();
    witness.interface();
    witness.tasks();
    witness.target();
    witness.name();
    witness.folder();
    verdict(witness.signals)
}

/// What a run is that says nothing of itself: what the pipeline is that it runs.
pub(crate) fn inherited(
    model: &Model,
    class: PipelineClass,
    pipeline: &str,
) -> Option<Classification> {
    let target = model.run.as_ref()?.target.as_ref()?;
    Some(Classification {
        class: Some(class),
        confidence: 0.9,
        signals: vec![Signal {
            message: format!("It runs `{pipeline}`, which is a pipeline of that kind."),
            span: target.span,
            class,
            weight: 0.9,
        }],
    })
}

/// What the configuration says of a pipeline; `None` where the document speaks for itself.
pub(crate) fn configured(model: &Model, class: Option<PipelineClass>) -> Option<Classification> {
    let is_pipeline = matches!(model.kind, Kind::Pipeline | Kind::PipelineRun);
    if !is_pipeline || explicit(model).is_some() {
        return None;
    }
    let kind = model.api_kind.as_ref()?;
    let signals = class.map(|class| Signal {
        message: "The configuration (`.konflux-ls.yaml`) says so.".into(),
        span: kind.span,
        class,
        weight: 1.0,
    });
    Some(Classification {
        class,
        confidence: 1.0,
        signals: signals.into_iter().collect(),
    })
}

fn explicit(model: &Model) -> Option<Classification> {
    let said = &model.annotation(CLASS_ANNOTATION)?.value;
    let class = PipelineClass::ALL
        .into_iter()
        .find(|class| class.as_str() == said.as_str());
    if class.is_none() && said.as_str() != "none" {
        return None;
    }
    let signals = class.map(|class| Signal {
        message: format!("The annotation `{CLASS_ANNOTATION}` says so."),
        span: said.span,
        class,
        weight: 1.0,
    });
    Some(Classification {
        class,
        confidence: 1.0,
        signals: signals.into_iter().collect(),
    })
}

fn verdict(mut signals: Vec<Signal>) -> Classification {
    let score = |class| {
        let of_class = signals.iter().filter(|signal| signal.class == class);
        1.0 - of_class.fold(1.0, |doubt, signal| doubt * (1.0 - signal.weight))
    };
    let mut scores = PipelineClass::ALL.map(|class| (class, score(class)));
    scores.sort_by(|left, right| right.1.total_cmp(&left.1));
    let unit_test = score(PipelineClass::TaskUnitTest);
    let (class, best, next) = if unit_test >= THRESHOLD {
        (PipelineClass::TaskUnitTest, unit_test, 0.0)
    } else {
        (scores[0].0, scores[0].1, scores[1].1)
    };
    if best < THRESHOLD || best - next < MARGIN {
        return Classification::default();
    }
    signals.retain(|signal| signal.class == class);
    signals.sort_by(|left, right| right.weight.total_cmp(&left.weight));
    Classification {
        class: Some(class),
        confidence: best * (1.0 - next / 2.0),
        signals,
    }
}

/// Collects signals from one document.
struct Witness<'m> {
    path: &'m str,
    model: &'m Model,
    pipeline: Option<&'m Pipeline>,
    signals: Vec<Signal>,
}

impl<'m> Witness<'m> {
    fn new(path: &'m str, model: &'m Model) -> Witness<'m> {
        Witness {
            path,
            model,
            pipeline: model.main_pipeline(),
            signals: Vec::new(),
        }
    }

    fn say(&mut self, class: PipelineClass, weight: f32, span: Span, message: impl Into<String>) {
        self.signals.push(Signal {
            message: message.into(),
            span,
            class,
            weight,
        });
    }

    /// Where to point when the document as a whole is meant.
    fn title(&self) -> Span {
        let model = self.model;
        let title = model.name.as_ref().or(model.generate_name.as_ref());
        let title = title.or(model.api_kind.as_ref());
        title.map_or(Span { start: 0, end: 0 }, |title| title.span)
    }

    fn unit_test(&mut self) {
        use PipelineClass::TaskUnitTest;
        if let Some(entry) = self.model.annotation("test/assert-task-failure") {
            let message =
                "The annotation `test/assert-task-failure` belongs to unit tests of tasks.";
            self.say(TaskUnitTest, 0.98, entry.key.span, message);
        }
        let name = self.model.name.as_ref();
        if let Some(name) = name.filter(|name| name.value.starts_with("test-")) {
            let message = "The name begins with `test-`, as unit tests of tasks do.";
            self.say(TaskUnitTest, 0.45, name.span, message);
        }
        match tests_folder(self.path) {
            Some(TestsFolder::OfTask) => {
                let message = "The file stands in the `tests` folder of a task.";
                self.say(TaskUnitTest, 0.95, self.title(), message);
            }
            Some(TestsFolder::Other) => {
                let message = "The file stands in a `tests` folder.";
                self.say(TaskUnitTest, 0.4, self.title(), message);
            }
            None => {}
        }
    }

    fn metadata(&mut self) {
        use PipelineClass::{Build, IntegrationTest, Release};
        let model = self.model;
        if let Some(entry) = model.annotation("tekton.dev/tags") {
            let mut tags = entry.value.value.split(',').map(str::trim);
            if tags.any(|tag| tag == "release") {
                let message = "It is tagged `release` (`tekton.dev/tags`).";
                self.say(Release, 0.95, entry.value.span, message);
            }
        }
        if let Some(entry) = model.label("pipelines.openshift.io/strategy") {
            let message = "The label `pipelines.openshift.io/strategy` belongs to build pipelines.";
            self.say(Build, 0.75, entry.key.span, message);
        }
        if let Some(entry) = model.label("pipelines.appstudio.openshift.io/type") {
            let (class, weight) = match entry.value.as_str() {
                // Runs that provision clusters for tests carry this label too.
                "build" => (Build, 0.5),
                "test" => (IntegrationTest, 0.75),
                "managed" | "tenant" | "final" | "release" => (Release, 0.75),
                _ => return,
            };
            let message = format!(
                "The label `pipelines.appstudio.openshift.io/type` is `{}`.",
                entry.value.as_str()
            );
            self.say(class, weight, entry.value.span, message);
        }
    }

    /// The name of a declared param, or of one that the run passes on.
    fn param(&self, name: &str) -> Option<&'m Text> {
        let declared = self.pipeline.and_then(|pipeline| pipeline.param(name));
        let declared = declared.map(|param| &param.name);
        let passed = || {
            let arguments: &[Argument] = &self.model.run.as_ref()?.params;
            let mut names = arguments.iter().map(|argument| &argument.name);
            names.find(|passed| passed.as_str() == name)
        };
        declared.or_else(passed)
    }

    fn result(&self, name: &str) -> Option<&'m Text> {
        let mut results = self.pipeline?.results.iter().map(|result| &result.name);
        results.find(|result| result.as_str() == name)
    }

    fn interface(&mut self) {
        use PipelineClass::{Build, IntegrationTest, Release};
        let release = self.param("release");
        let other = self
            .param("releasePlan")
            .or_else(|| self.param("previousRelease"));
        if let (Some(release), Some(other)) = (release, other) {
            let message = format!("It takes the params `release` and `{}`.", other.as_str());
            self.say(Release, 0.95, release.span, message);
        }
        let workspaces = self
            .pipeline
            .map_or(&[][..], |pipeline| &pipeline.workspaces);
        if let Some(workspace) = workspaces
            .iter()
            .find(|workspace| workspace.name.as_str() == "release-workspace")
        {
            let message = "It uses the workspace `release-workspace`.";
            self.say(Release, 0.9, workspace.name.span, message);
        }
        if let Some(snapshot) = self.param("SNAPSHOT") {
            let message = "It takes the param `SNAPSHOT`, which integration tests are given.";
            self.say(IntegrationTest, 0.92, snapshot.span, message);
        }
        if let Some(image) = self.param("output-image") {
            let message = "It takes the param `output-image`: where to push what it builds.";
            self.say(Build, 0.9, image.span, message);
        }
        if let (Some(url), Some(_)) = (self.result("IMAGE_URL"), self.result("IMAGE_DIGEST")) {
            let message = "Its results `IMAGE_URL` and `IMAGE_DIGEST` name a built image.";
            self.say(Build, 0.9, url.span, message);
        }
        if let (Some(url), Some(_)) = (
            self.result("CHAINS-GIT_URL"),
            self.result("CHAINS-GIT_COMMIT"),
        ) {
            let message = "Its results `CHAINS-GIT_URL` and `CHAINS-GIT_COMMIT` name the source.";
            self.say(Build, 0.8, url.span, message);
        }
        if let (Some(url), Some(_)) = (self.param("taskGitUrl"), self.param("taskGitRevision")) {
            let message =
                "It takes its tasks from `taskGitUrl`, as the release service's pipelines do.";
            self.say(Release, 0.7, url.span, message);
        }
    }

    fn tasks(&mut self) {
        use PipelineClass::{Build, IntegrationTest, Release};
        let Some(pipeline) = self.pipeline else {
            return;
        };
        // Looked through many times.
        let tasks = pipeline.tasks.iter();
        let names: Vec<(&PipelineTask, &str)> = tasks
            .flat_map(|task| task_names(task).map(move |name| (task, name)))
            .collect();
        let find = |known: &dyn Fn(&str) -> bool| {
            let found = names.iter().find(|(_, name)| known(name));
            found.map(|(task, _)| *task)
        };
        let gate = find(&is_gate);
        let of_service = pipeline.tasks.iter().find(|task| {
            let path = task
                .task_ref()
                .and_then(|reference| reference.param("pathInRepo"));
            path.is_some_and(|path| {
                let path = path.as_str();
                path.starts_with("tasks/managed/") || path.starts_with("tasks/internal/")
            })
        });
        if let Some(task) = of_service {
            let message = "It runs tasks of a release service (`tasks/managed`, `tasks/internal`).";
            self.say(Release, 0.45, task.place(), message);
        }
        let collect = find(&|name| name == "collect-data");
        if let (Some(gate), Some(_)) = (gate, collect) {
            let message = "It collects release data and verifies the policy.";
            self.say(Release, 0.8, gate.place(), message);
        }
        // Under whatever name the gate stands: what hands on behind a policy releases.
        let has_word = |name: &str, known: &[&str]| {
            let mut words = name.split(['-', '_']);
            words.any(|word| known.contains(&word))
        };
        let policy = find(&|name| {
            has_word(name, &["conforma", "ec"]) || name.contains("enterprise-contract")
        });
        let hands_on = find(&|name| {
            has_word(
                name,
                &["promote", "promotion", "publish", "push", "release"],
            )
        });
        if let (Some(policy), Some(_), None) = (policy, hands_on, collect) {
            let message = "It verifies a policy, and hands on what was verified.";
            self.say(Release, 0.65, policy.place(), message);
        }
        let init = find(&|name| name == "init");
        let clone = find(&|name| name.starts_with("git-clone"));
        let build = find(&|name| name.starts_with("buildah") || name == "build-image-index");
        if let (Some(_), Some(_), Some(build)) = (init, clone, build) {
            let message = "It clones a source and builds from it.";
            self.say(Build, 0.7, build.place(), message);
        }
        let prefetch = find(&|name| name.starts_with("prefetch-dependencies"));
        let source = clone.or(prefetch);
        if let (None, Some(source), Some(build)) = (init, source, find(&is_build_task)) {
            let message = format!("It builds from what `{}` fetches.", label(source));
            self.say(Build, 0.62, build.place(), message);
        }
        let tests = find(&|name| {
            let mut words = name.split(['-', '_']);
            words.any(|word| matches!(word, "test" | "tests" | "e2e"))
        });
        let verdict = self.result("TEST_OUTPUT");
        if let (Some(verdict), Some(_)) = (verdict, tests) {
            let message = "It runs tests, and its result `TEST_OUTPUT` is their verdict.";
            self.say(IntegrationTest, 0.65, verdict.span, message);
        }
        let metadata = find(&|name| name == "test-metadata" || name == "parse-metadata");
        let provision = find(&|name| name.starts_with("provision") || name.starts_with("eaas-"));
        if let (Some(metadata), Some(_)) = (metadata, provision) {
            let message = "It provisions an environment for a snapshot under test.";
            self.say(IntegrationTest, 0.7, metadata.place(), message);
        }
        // An environment that is there for the run alone, and something that tests in it.
        let gives_back =
            find(&|name| name.starts_with("deprovision") || name.starts_with("destroy"));
        let mut all = pipeline.tasks.iter();
        let tests = all.any(|task| has_word(label(task), &["test", "tests", "e2e"]));
        if let (Some(provision), Some(_), true) = (provision, gives_back, tests) {
            let message = "It tests in an environment that it makes and takes down.";
            self.say(IntegrationTest, 0.65, provision.place(), message);
        }
    }

    /// What a run runs, told by the name alone: of what can be opened, its own class counts.
    fn target(&mut self) {
        use PipelineClass::{Build, IntegrationTest, Release};
        let run = self.model.run.as_ref();
        let Some(target) = run.and_then(|run| run.target.as_ref()) else {
            return;
        };
        let path = target.param("pathInRepo");
        let named = path.or(target.param("name")).or(target.name.as_ref());
        let Some(named) = named else { return };
        let name = named.as_str();
        let (class, weight) = if name.contains("pipelines/managed/") {
            (Release, 0.8)
        } else if name.contains("pipelines/integration") || name.contains("enterprise-contract") {
            (IntegrationTest, 0.65)
        } else if file_stem(name)
            .split('-')
            .any(|word| matches!(word, "build" | "builder"))
        {
            (Build, 0.4)
        } else {
            return;
        };
        let message = format!("It runs the pipeline `{}`.", file_stem(name));
        self.say(class, weight, named.span, message);
    }

    /// Names are chosen freely: a hint beside others.
    fn name(&mut self) {
        let name = self
            .model
            .name
            .as_ref()
            .or(self.model.generate_name.as_ref());
        let Some(name) = name else { return };
        let words: Vec<&str> = name.as_str().split(['-', '_']).collect();
        let integration = words
            .windows(2)
            .any(|pair| pair[0] == "integration" && pair[1].starts_with("test"));
        if integration || words.contains(&"e2e") {
            let message = "Its name says that it tests.";
            self.say(PipelineClass::IntegrationTest, 0.3, name.span, message);
        }
    }

    /// The weakest witness: true inside catalogs, absent elsewhere.
    fn folder(&mut self) {
        use PipelineClass::{IntegrationTest, Release};
        let (class, folder) = if self.path.contains("/pipelines/managed/") {
            (Release, "pipelines/managed")
        } else if self.path.contains("/pipelines/internal/") {
            (Release, "pipelines/internal")
        } else if self.path.contains("/pipelines/integration/") {
            (IntegrationTest, "pipelines/integration")
        } else if self.path.contains("/integration-tests/") {
            (IntegrationTest, "integration-tests")
        } else {
            return;
        };
        let message = format!("The file stands in `{folder}`.");
        self.say(class, 0.4, self.title(), message);
    }
}

/// The names under which a task of a pipeline may be known: its reference's, not its own, which
/// anybody may choose.
pub(crate) fn task_names(task: &PipelineTask) -> impl Iterator<Item = &str> {
    let reference = task.task_ref();
    let name = reference.and_then(|reference| reference.name.as_ref());
    let bundle = reference.and_then(|reference| reference.param("name"));
    let path = reference.and_then(|reference| reference.param("pathInRepo"));
    let file = path.map(|path| file_stem(path.as_str()));
    let names = name.into_iter().chain(bundle).map(Text::as_str);
    names.chain(file)
}

/// Is this the name of the gate of a release, Conforma?
pub(crate) fn is_gate(name: &str) -> bool {
    name.starts_with("verify-conforma") || name.starts_with("verify-enterprise-contract")
}

/// Is this the name of a task that builds, as catalogs call them?
fn is_build_task(name: &str) -> bool {
    const TASKS: [&str; 8] = [
        "buildah",
        "build-",
        "kaniko",
        "ko-",
        "s2i",
        "rpmbuild",
        "package-",
        "source-build",
    ];
    TASKS.iter().any(|start| name.starts_with(start)) || name == "ko"
}

fn label(task: &PipelineTask) -> &str {
    task.name.as_ref().map_or("a task", Text::as_str)
}

/// `tasks/init/init.yaml` → `init`.
pub(crate) fn file_stem(path: &str) -> &str {
    let file = path.rsplit('/').next().unwrap_or(path);
    file.split('.').next().unwrap_or(file)
}

enum TestsFolder {
    OfTask,
    Other,
}

/// Does a file stand in a `tests` folder, and is that a task's?
fn tests_folder(path: &str) -> Option<TestsFolder> {
    let at = path.rfind("/tests/")?;
    let above = path[..at].split('/');
    let of_task = above.into_iter().any(|folder| {
        matches!(folder, "task" | "tasks" | "stepaction" | "stepactions")
            || folder.ends_with("-tasks")
    });
    Some(if of_task {
        TestsFolder::OfTask
    } else {
        TestsFolder::Other
    })
}
