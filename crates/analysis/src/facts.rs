//! What other documents may know of a document.
//!
//! Facts hold names and types, never places or scripts: they stay equal while somebody types
//! inside a step, and equal facts mean that no other document has to be looked at again.

use std::sync::Arc;

use konflux_syntax::Document;

use crate::classify::{self, PipelineClass};
use crate::model::{Argument, Kind, Model, Param, ParamType, PipelineTaskTarget, TaskRef, Text};

/// The exported facts of one document.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Facts {
    /// What it describes.
    pub kind: Kind,
    /// `metadata.name`.
    pub name: Option<Arc<str>>,
    /// The label `app.kubernetes.io/version`.
    pub version: Option<Arc<str>>,
    /// Declared params.
    pub params: Vec<ParamFact>,
    /// Declared results.
    pub results: Vec<ResultFact>,
    /// Declared workspaces.
    pub workspaces: Vec<WorkspaceFact>,
    /// References to tasks, pipelines and step actions defined elsewhere.
    pub uses: Vec<Use>,
    /// What kind of pipeline it is, where that can be said.
    pub class: Option<PipelineClass>,
    /// When it is to be used no more, and what to do instead.
    pub deprecation: Option<Arc<Deprecation>>,
    /// Of a stub, the bundle that it points to.
    pub bundle: Option<Arc<str>>,
    /// It is the source of a document rather than one, as in a Helm chart.
    pub template: bool,
}

/// What an author says about the end of a task.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub struct Deprecation {
    /// The annotation `build.appstudio.redhat.com/expires-on`, as written: a date, often with a time.
    pub expires_on: Arc<str>,
    /// The annotation `build.appstudio.redhat.com/expiry-message`.
    pub message: Option<Arc<str>>,
}

impl Deprecation {
    /// The day (`2026-08-08`) of the point in time.
    pub fn day(&self) -> &str {
        self.expires_on
            .split('T')
            .next()
            .unwrap_or(&self.expires_on)
    }
}

/// A declared param.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct ParamFact {
    /// Its name.
    pub name: Arc<str>,
    /// Its type.
    pub ty: ParamType,
    /// Must it get a value?
    pub required: bool,
    /// The keys of an object.
    pub properties: Vec<Arc<str>>,
    /// The keys of an object that have a default.
    pub default_keys: Vec<Arc<str>>,
}

/// A declared result.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct ResultFact {
    /// Its name.
    pub name: Arc<str>,
    /// Its type.
    pub ty: ParamType,
    /// The keys of an object.
    pub properties: Vec<Arc<str>>,
}

/// A declared workspace.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct WorkspaceFact {
    /// Its name.
    pub name: Arc<str>,
    /// May it be left unbound?
    pub optional: bool,
}

/// A reference to something defined elsewhere, as values.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub struct Use {
    /// What is referred to.
    pub kind: Kind,
    /// How.
    pub by: UseBy,
}

/// The ways to refer to a definition.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub enum UseBy {
    /// By name, in the cluster or in the same catalog.
    Name {
        /// The name.
        name: Arc<str>,
        /// The build catalog's `version`.
        version: Option<Arc<str>>,
    },
    /// With the git resolver.
    Git {
        /// The repository, as written, or what it is by default.
        url: Option<Arc<str>>,
        /// The revision, as written.
        revision: Option<Arc<str>>,
        /// The file in the repository.
        path: Arc<str>,
    },
    /// With the bundles resolver.
    Bundle {
        /// The repository in the registry, without tag and digest.
        repository: Arc<str>,
        /// The name of the definition in the bundle.
        name: Arc<str>,
        /// The tag.
        tag: Arc<str>,
    },
    /// In a way whose target cannot be seen offline (hub, variables, custom tasks).
    Elsewhere,
}

/// Is it the source of a document rather than one: a Go template, as in Helm charts? Told by a
/// line that only controls the template. Placeholders alone do not count: those of Pipelines as
/// Code stand in YAML.
fn is_template(document: &Document<'_>) -> bool {
    document.left_out().any(|line| {
        let text = document.text(line);
        let Some(action) = text.trim_start().strip_prefix("{{") else {
            return false;
        };
        let action = action.trim_start_matches('-').trim_start();
        let word = action.split(|c: char| !c.is_ascii_alphabetic()).next();
        let controls = [
            "if", "else", "end", "range", "with", "define", "block", "template", "include",
        ];
        action.starts_with("/*") || word.is_some_and(|word| controls.contains(&word))
    })
}

impl Facts {
    /// The facts of a document; computed once.
    pub fn of(path: &str, document: &Document<'_>) -> Arc<Facts> {
        document.memo(|| {
            let class = classify::of(path, document).class;
            let model = Model::of(document);
            match model.kind {
                Kind::ExternalTask => Facts::of_stub(path, &model),
                _ => Facts {
                    template: is_template(document),
                    ..Facts::from_model(&model, class)
                },
            }
        })
    }

    /// A stub says its name and version by the folders it stands in: `external-task/NAME/VERSION/`.
    fn of_stub(path: &str, model: &Model) -> Facts {
        let mut folders = path.rsplit('/').skip(1);
        let (version, name, group) = (folders.next(), folders.next(), folders.next());
        if group != Some("external-task") {
            return Facts::default();
        }
        Facts {
            kind: Kind::ExternalTask,
            name: name.map(Arc::from),
            version: version.map(Arc::from),
            bundle: model.task_bundle.as_ref().map(value),
            ..Facts::default()
        }
    }

    fn from_model(model: &Model, class: Option<PipelineClass>) -> Facts {
        // Nobody refers to anything else, so nothing else may disturb.
        let tekton = model.kind.is_tekton();
        let mut facts = Facts {
            kind: model.kind,
            name: model.name.as_ref().filter(|_| tekton).map(value),
            version: model
                .label("app.kubernetes.io/version")
                .filter(|_| tekton)
                .map(|entry| value(&entry.value)),
            params: Vec::new(),
            results: Vec::new(),
            workspaces: Vec::new(),
            uses: uses(model),
            class,
            deprecation: deprecation(model).filter(|_| tekton),
            bundle: None,
            template: false,
        };
        match model.kind {
            Kind::Task | Kind::StepAction => {
                if let Some(task) = model.main_task() {
                    facts.params = task.params.iter().map(param).collect();
                    facts.results = task.results.iter().map(result).collect();
                    facts.workspaces = task.workspaces.iter().map(workspace).collect();
                }
            }
            Kind::Pipeline => {
                if let Some(pipeline) = model.main_pipeline() {
                    facts.params = pipeline.params.iter().map(param).collect();
                    facts.results = pipeline.results.iter().map(result).collect();
                    facts.workspaces = pipeline.workspaces.iter().map(workspace).collect();
                }
            }
            _ => {}
        }
        facts
    }

    /// The param with this name. Of several, the last one counts, as for Kubernetes.
    pub fn param(&self, name: &str) -> Option<&ParamFact> {
        self.params.iter().rfind(|param| &*param.name == name)
    }

    /// The result with this name.
    pub fn result(&self, name: &str) -> Option<&ResultFact> {
        self.results.iter().rfind(|result| &*result.name == name)
    }

    /// The workspace with this name.
    pub fn workspace(&self, name: &str) -> Option<&WorkspaceFact> {
        self.workspaces
            .iter()
            .rfind(|workspace| &*workspace.name == name)
    }
}

impl Use {
    /// Does it say enough to be found outside of the workspace?
    pub(crate) fn is_precise(&self) -> bool {
        match &self.by {
            UseBy::Name { version, .. } => version.is_some(),
            UseBy::Git { url, .. } => url.as_deref().is_some_and(is_literal),
            UseBy::Bundle { .. } => true,
            UseBy::Elsewhere => false,
        }
    }

    /// What a reference in a document refers to.
    pub fn of(kind: Kind, reference: &TaskRef) -> Use {
        Use {
            kind,
            by: use_by(reference).unwrap_or(UseBy::Elsewhere),
        }
    }
}

fn use_by(reference: &TaskRef) -> Option<UseBy> {
    if reference.is_custom() {
        return None;
    }
    let literal = |text: &Text| Some(value(text)).filter(|text| is_literal(text));
    if let Some(bundle) = &reference.bundle {
        let name = literal(reference.name.as_ref()?)?;
        return Some(UseBy::bundle(&literal(bundle)?, &name));
    }
    if reference
        .kind
        .as_ref()
        .is_some_and(|kind| &*kind.value == "ClusterTask")
    {
        return None;
    }
    match reference.resolver.as_ref().map(Text::as_str) {
        None => Some(UseBy::Name {
            name: literal(reference.name.as_ref()?)?,
            version: reference.version.as_ref().map(value),
        }),
        Some("git") => Some(UseBy::Git {
            url: reference.url().map(value),
            revision: reference.param("revision").map(value),
            path: literal(reference.param("pathInRepo")?)?,
        }),
        Some("bundles") => {
            let name = literal(reference.param("name")?)?;
            Some(UseBy::bundle(&literal(reference.param("bundle")?)?, &name))
        }
        Some(_) => None,
    }
}

fn is_literal(text: &str) -> bool {
    !text.is_empty() && !text.contains('$') && !text.contains("{{")
}

fn deprecation(model: &Model) -> Option<Arc<Deprecation>> {
    let expires_on = model.annotation("build.appstudio.redhat.com/expires-on")?;
    let message = model.annotation("build.appstudio.redhat.com/expiry-message");
    Some(Arc::new(Deprecation {
        expires_on: value(&expires_on.value),
        message: message.map(|entry| value(&entry.value)),
    }))
}

fn uses(model: &Model) -> Vec<Use> {
    let mut uses = Vec::new();
    if let Some(target) = model.run.as_ref().and_then(|run| run.target.as_ref()) {
        let kind = match model.kind {
            Kind::TaskRun => Kind::Task,
            _ => Kind::Pipeline,
        };
        uses.push(Use::of(kind, target));
    }
    for (_, task) in model.pipeline_tasks() {
        match &task.target {
            PipelineTaskTarget::Task(target) => uses.push(Use::of(Kind::Task, target)),
            PipelineTaskTarget::Pipeline(target) => uses.push(Use::of(Kind::Pipeline, target)),
            _ => {}
        }
    }
    let steps = model.tasks.iter().flat_map(|task| &task.steps);
    let actions = steps.filter_map(|step| step.action.as_ref());
    uses.extend(actions.map(|target| Use::of(Kind::StepAction, target)));
    uses
}

fn value(text: &Text) -> Arc<str> {
    text.value.clone()
}

fn values(texts: &[Text]) -> Vec<Arc<str>> {
    texts.iter().map(value).collect()
}

fn param(param: &Param) -> ParamFact {
    let default = param.default.as_ref();
    ParamFact {
        name: value(&param.name),
        ty: param.ty,
        required: default.is_none(),
        properties: values(&param.properties),
        default_keys: default
            .map(|default| values(&default.keys))
            .unwrap_or_default(),
    }
}

fn result(result: &crate::model::ResultDecl) -> ResultFact {
    ResultFact {
        name: value(&result.name),
        ty: result.ty,
        properties: values(&result.properties),
    }
}

fn workspace(workspace: &crate::model::WorkspaceDecl) -> WorkspaceFact {
    WorkspaceFact {
        name: value(&workspace.name),
        optional: workspace.optional,
    }
}

/// The argument with this name. Of several, the last one counts.
pub fn argument<'m>(arguments: &'m [Argument], name: &str) -> Option<&'m Argument> {
    arguments
        .iter()
        .rfind(|argument| &*argument.name.value == name)
}
