//! The one traversal: syntax nodes in, [`Model`] out.
//!
//! Every mapping is read once, in source order, by a `match` on its keys. What no arm knows is
//! still searched for references. Scripts, which are most of the bytes, are never decoded: the
//! places of `$(` are found once in the source of the document, and a scalar without one costs
//! nothing.

use std::borrow::Cow;
use std::sync::Arc;

use konflux_syntax::{Document, Node, NodeKind, Pair, ScalarStyle, Span};
use memchr::memmem;

use super::reference::{self, Reference};
use super::*;

/// How many aliases a document may have followed. Tekton documents hold a handful; the limit makes
/// an alias bomb cheap.
const ALIASES: u32 = 10_000;

/// How deep pipelines may nest in pipelines.
const NESTING: u32 = 8;

/// Texts of values longer than this are not kept; no rule compares prose.
const TEXT_LIMIT: u32 = 512;

pub(super) fn build(document: &Document<'_>) -> Model {
    let mut builder = Builder {
        source: Cow::Borrowed(""),
        dollars: Vec::new(),
        aliases: ALIASES,
        nesting: 0,
        site: Site {
            pipeline: None,
            pipeline_task: None,
            task: None,
            step: None,
            part: Part::Other,
        },
        model: Model {
            kind: Kind::Other,
            api_version: None,
            api_kind: None,
            name: None,
            generate_name: None,
            labels: Vec::new(),
            annotations: Vec::new(),
            run: None,
            pipelines: Vec::new(),
            tasks: Vec::new(),
            references: Vec::new(),
        },
    };
    if let Some(root) = document.root() {
        builder.document(document, &root);
    }
    let mut model = builder.model;
    model
        .references
        .sort_by_key(|reference| reference.span.start);
    model
}

struct Builder<'t> {
    source: Cow<'t, str>,
    /// The places of `$(`, ascending.
    dollars: Vec<u32>,
    aliases: u32,
    nesting: u32,
    site: Site,
    model: Model,
}

impl<'t> Builder<'t> {
    // The outermost level.

    fn document(&mut self, document: &Document<'t>, root: &Node<'t>) {
        let mut specs = Vec::new();
        for pair in self.fields(root) {
            match &*pair.key.text() {
                "apiVersion" => self.model.api_version = self.text(&pair.value),
                "kind" => self.model.api_kind = self.text(&pair.value),
                "metadata" => self.metadata(&pair.value),
                "spec" => specs.push(pair.value),
                _ => {}
            }
        }
        self.model.kind = match root.kind() {
            NodeKind::Sequence if self.is_patch(root) => Kind::Patch,
            _ => kind_of(
                self.model.api_version.as_ref(),
                self.model.api_kind.as_ref(),
            ),
        };
        if !self.model.kind.is_tekton() {
            return;
        }
        self.find_dollars(document);
        for spec in &specs {
            self.spec(spec);
        }
    }

    /// A list of operations: the first one tells.
    fn is_patch(&mut self, root: &Node<'t>) -> bool {
        root.items().next().is_some_and(|first| {
            self.field(&first, "op").is_some() && self.field(&first, "path").is_some()
        })
    }

    fn find_dollars(&mut self, document: &Document<'t>) {
        self.source = document.text(Span {
            start: 0,
            end: document.len() as u32,
        });
        self.dollars = memmem::find_iter(self.source.as_bytes(), b"$(")
            .map(|at| at as u32)
            .collect();
    }

    fn metadata(&mut self, node: &Node<'t>) {
        for pair in self.fields(node) {
            match &*pair.key.text() {
                "name" => self.model.name = self.text(&pair.value),
                "generateName" => self.model.generate_name = self.text(&pair.value),
                "labels" => self.model.labels = self.entries(&pair.value),
                "annotations" => self.model.annotations = self.entries(&pair.value),
                _ => {}
            }
        }
    }

    fn entries(&mut self, node: &Node<'t>) -> Vec<Entry> {
        let mut entries = Vec::new();
        for pair in self.fields(node) {
            let (key, value) = (self.text(&pair.key), self.scalar(&pair.value));
            if let (Some(key), Some(value)) = (key, value) {
                entries.push(Entry { key, value });
            }
        }
        entries
    }

    fn spec(&mut self, spec: &Node<'t>) {
        match self.model.kind {
            Kind::Task => {
                self.task(spec, Owner::Document, false);
            }
            Kind::StepAction => {
                self.task(spec, Owner::Document, true);
            }
            Kind::Pipeline => {
                self.pipeline(spec, Owner::Document);
            }
            Kind::PipelineRun | Kind::TaskRun => self.run(spec),
            Kind::OtherTekton | Kind::Kustomization | Kind::Patch | Kind::Other => {}
        }
    }

    fn run(&mut self, spec: &Node<'t>) {
        let mut run = Run {
            span: Some(spec.span()),
            ..Run::default()
        };
        for pair in self.fields(spec) {
            let value = &pair.value;
            match &*pair.key.text() {
                "params" => run.params = self.arguments(value),
                "workspaces" => run.workspaces = self.bindings(value),
                "pipelineRef" | "taskRef" => run.target = self.task_ref(value),
                "pipelineSpec" => {
                    run.embedded = true;
                    self.pipeline(value, Owner::Run);
                }
                "taskSpec" => {
                    run.embedded = true;
                    self.task(value, Owner::Run, false);
                }
                _ => self.scan(value, Part::Other),
            }
        }
        self.model.run = Some(run);
    }

    // Pipelines.

    fn pipeline(&mut self, spec: &Node<'t>, owner: Owner) -> Option<u32> {
        if self.nesting == NESTING {
            return None;
        }
        let outer = self.site;
        self.nesting += 1;
        let index = self.model.pipelines.len() as u32;
        // The place is taken first: an embedded pipeline comes after the one that embeds it.
        self.model.pipelines.push(Pipeline {
            owner,
            span: spec.span(),
            description: None,
            params: Vec::new(),
            workspaces: Vec::new(),
            results: Vec::new(),
            tasks: Vec::new(),
        });
        self.site = Site {
            pipeline: Some(index),
            pipeline_task: None,
            task: None,
            step: None,
            part: Part::Other,
        };
        let mut pipeline = Pipeline {
            owner,
            span: spec.span(),
            description: None,
            params: Vec::new(),
            workspaces: Vec::new(),
            results: Vec::new(),
            tasks: Vec::new(),
        };
        for pair in self.fields(spec) {
            let value = &pair.value;
            match &*pair.key.text() {
                "description" => pipeline.description = self.prose(value),
                "params" => pipeline.params = self.params(value),
                "workspaces" => pipeline.workspaces = self.workspaces(value),
                "results" => pipeline.results = self.results(value),
                "tasks" => self.pipeline_tasks_into(&mut pipeline.tasks, value, index, false),
                "finally" => self.pipeline_tasks_into(&mut pipeline.tasks, value, index, true),
                _ => self.scan(value, Part::Other),
            }
        }
        self.model.pipelines[index as usize] = pipeline;
        self.nesting -= 1;
        self.site = outer;
        Some(index)
    }

    fn pipeline_tasks_into(
        &mut self,
        tasks: &mut Vec<PipelineTask>,
        list: &Node<'t>,
        pipeline: u32,
        finally: bool,
    ) {
        for item in self.items(list) {
            let id = PipelineTaskId {
                pipeline,
                task: tasks.len() as u32,
            };
            self.site.pipeline_task = Some(id.task);
            tasks.push(self.pipeline_task(&item, id, finally));
            self.site.pipeline_task = None;
        }
    }

    fn pipeline_task(
        &mut self,
        item: &Node<'t>,
        id: PipelineTaskId,
        finally: bool,
    ) -> PipelineTask {
        let mut task = PipelineTask {
            id,
            name: None,
            span: item.span(),
            finally,
            target: PipelineTaskTarget::Missing,
            params: Vec::new(),
            matrix: None,
            workspaces: Vec::new(),
            when: Vec::new(),
            run_after: Vec::new(),
            keys: Vec::new(),
        };
        for pair in self.fields(item) {
            let value = &pair.value;
            let key = pair.key.text();
            match &*key {
                "name" => task.name = self.text(value),
                "taskRef" => {
                    if let Some(reference) = self.task_ref(value) {
                        task.target = PipelineTaskTarget::Task(reference);
                    }
                }
                "pipelineRef" => {
                    if let Some(reference) = self.task_ref(value) {
                        task.target = PipelineTaskTarget::Pipeline(reference);
                    }
                }
                "taskSpec" => {
                    let spec = self.task(value, Owner::PipelineTask(id), false);
                    task.target = PipelineTaskTarget::Embedded(spec);
                }
                "pipelineSpec" => {
                    if let Some(spec) = self.pipeline(value, Owner::PipelineTask(id)) {
                        task.target = PipelineTaskTarget::EmbeddedPipeline(spec);
                    }
                }
                "params" => task.params = self.arguments(value),
                "matrix" => task.matrix = Some(self.matrix(value)),
                "workspaces" => task.workspaces = self.bindings(value),
                "when" => task.when = self.when(value),
                "runAfter" => task.run_after = self.texts(value),
                "displayName" | "description" => self.scan(value, Part::Prose),
                _ => self.scan(value, Part::Other),
            }
            if matches!(&*key, "params" | "workspaces" | "when" | "runAfter") {
                task.keys.extend(self.text(&pair.key));
            }
        }
        task
    }

    fn matrix(&mut self, node: &Node<'t>) -> Matrix {
        let mut matrix = Matrix {
            span: node.span(),
            params: Vec::new(),
            include: Vec::new(),
        };
        for pair in self.fields(node) {
            match &*pair.key.text() {
                "params" => matrix.params = self.arguments_in(&pair.value, Part::Matrix),
                "include" => {
                    for item in self.items(&pair.value) {
                        let params = self.field(&item, "params");
                        let params = params.map(|params| self.arguments_in(&params, Part::Matrix));
                        matrix.include.push(params.unwrap_or_default());
                    }
                }
                _ => self.scan(&pair.value, Part::Matrix),
            }
        }
        matrix
    }

    fn when(&mut self, list: &Node<'t>) -> Vec<When> {
        let mut guards = Vec::new();
        for item in self.items(list) {
            let mut guard = When {
                span: item.span(),
                input: None,
                operator: None,
                values: None,
                cel: None,
            };
            for pair in self.fields(&item) {
                match &*pair.key.text() {
                    "input" => guard.input = Some(self.value(&pair.value, Part::When)),
                    "operator" => guard.operator = self.text(&pair.value),
                    "values" => guard.values = Some(self.value(&pair.value, Part::When)),
                    "cel" => guard.cel = Some(self.value(&pair.value, Part::When)),
                    _ => self.scan(&pair.value, Part::When),
                }
            }
            guards.push(guard);
        }
        guards
    }

    fn task_ref(&mut self, node: &Node<'t>) -> Option<TaskRef> {
        let node = self.follow(node);
        if node.kind() != NodeKind::Mapping {
            return None;
        }
        let mut reference = TaskRef {
            span: node.span(),
            name: None,
            version: None,
            kind: None,
            api_version: None,
            resolver: None,
            bundle: None,
            params: Vec::new(),
        };
        for pair in self.fields(&node) {
            let value = &pair.value;
            match &*pair.key.text() {
                "name" => reference.name = self.scanned_text(value),
                "version" => reference.version = self.scanned_text(value),
                "kind" => reference.kind = self.text(value),
                "apiVersion" => reference.api_version = self.text(value),
                "resolver" => reference.resolver = self.scanned_text(value),
                "bundle" => reference.bundle = self.scanned_text(value),
                "params" => reference.params = self.arguments_in(value, Part::TaskRef),
                _ => self.scan(value, Part::TaskRef),
            }
        }
        Some(reference)
    }

    fn scanned_text(&mut self, node: &Node<'t>) -> Option<Text> {
        self.scan(node, Part::TaskRef);
        self.text(node)
    }

    // Tasks.

    fn task(&mut self, spec: &Node<'t>, owner: Owner, step_action: bool) -> u32 {
        let outer = self.site;
        let index = self.model.tasks.len() as u32;
        self.site.task = Some(index);
        let mut task = Task {
            owner,
            step_action,
            span: spec.span(),
            description: None,
            custom: false,
            params: Vec::new(),
            workspaces: Vec::new(),
            results: Vec::new(),
            steps: Vec::new(),
            sidecars: Vec::new(),
            volumes: Vec::new(),
        };
        if step_action {
            self.site.step = Some(0);
        }
        for pair in self.fields(spec) {
            let value = &pair.value;
            match &*pair.key.text() {
                "description" => task.description = self.prose(value),
                "params" => task.params = self.params(value),
                "workspaces" => task.workspaces = self.workspaces(value),
                "results" => task.results = self.results(value),
                "steps" => self.steps(&mut task.steps, value),
                "sidecars" => task.sidecars = self.named(value, Part::Sidecar),
                "volumes" => task.volumes = self.named(value, Part::Volume),
                "stepTemplate" => self.scan(value, Part::StepTemplate),
                "apiVersion" | "kind" => task.custom = true,
                key => self.scan(value, step_part(key)),
            }
        }
        if step_action {
            task.steps.push(self.own_step(spec));
        }
        self.site = outer;
        self.model.tasks.push(task);
        index
    }

    /// The spec of a StepAction is the step itself.
    fn own_step(&mut self, spec: &Node<'t>) -> Step {
        Step {
            name: None,
            span: spec.span(),
            image: self.field(spec, "image").and_then(|node| self.text(&node)),
            script: self.field(spec, "script").map(|node| node.span()),
            action: None,
            params: Vec::new(),
            results: Vec::new(),
            workspaces: Vec::new(),
        }
    }

    fn steps(&mut self, steps: &mut Vec<Step>, list: &Node<'t>) {
        for item in self.items(list) {
            self.site.step = Some(steps.len() as u32);
            steps.push(self.step(&item));
            self.site.step = None;
        }
    }

    fn step(&mut self, item: &Node<'t>) -> Step {
        let mut step = Step {
            name: None,
            span: item.span(),
            image: None,
            script: None,
            action: None,
            params: Vec::new(),
            results: Vec::new(),
            workspaces: Vec::new(),
        };
        for pair in self.fields(item) {
            let value = &pair.value;
            match &*pair.key.text() {
                "name" => step.name = self.text(value),
                "image" => {
                    step.image = self.text(value);
                    self.scan(value, Part::Image);
                }
                "script" => {
                    step.script = Some(value.span());
                    self.scan(value, Part::Script);
                }
                "ref" => step.action = self.task_ref(value),
                "params" => step.params = self.arguments(value),
                "results" => step.results = self.results(value),
                "workspaces" => step.workspaces = self.named(value, Part::Workspace),
                "when" => self.scan(value, Part::When),
                key => self.scan(value, step_part(key)),
            }
        }
        step
    }

    // What they share.

    fn params(&mut self, list: &Node<'t>) -> Vec<Param> {
        let mut params = Vec::new();
        for item in self.items(list) {
            let mut name = None;
            let mut type_text = None;
            let mut default = None;
            let mut properties = None;
            let mut description = None;
            for pair in self.fields(&item) {
                let value = &pair.value;
                match &*pair.key.text() {
                    "name" => name = self.text(value),
                    "type" => type_text = self.text(value),
                    "default" => default = Some(self.value(value, Part::Default)),
                    "properties" => properties = Some(self.keys(value)),
                    "description" => description = self.prose(value),
                    _ => self.scan(value, Part::Other),
                }
            }
            let Some(name) = name else { continue };
            params.push(Param {
                ty: param_type(type_text.as_ref(), properties.is_some(), default.as_ref()),
                name,
                span: item.span(),
                type_text,
                default: default.filter(|value| value.ty != ValueType::Empty),
                properties: properties.unwrap_or_default(),
                description,
            });
        }
        params
    }

    fn arguments(&mut self, list: &Node<'t>) -> Vec<Argument> {
        self.arguments_in(list, Part::Argument)
    }

    fn arguments_in(&mut self, list: &Node<'t>, part: Part) -> Vec<Argument> {
        let mut arguments = Vec::new();
        for item in self.items(list) {
            let mut name = None;
            let mut value = None;
            for pair in self.fields(&item) {
                match &*pair.key.text() {
                    "name" => name = self.text(&pair.value),
                    "value" => value = Some(self.value(&pair.value, part)),
                    _ => self.scan(&pair.value, part),
                }
            }
            let Some(name) = name else { continue };
            let end = item.span().end;
            arguments.push(Argument {
                name,
                span: item.span(),
                value: value.unwrap_or(Value {
                    span: Span { start: end, end },
                    ty: ValueType::Empty,
                    text: None,
                    keys: Vec::new(),
                }),
            });
        }
        arguments
    }

    fn workspaces(&mut self, list: &Node<'t>) -> Vec<WorkspaceDecl> {
        let mut workspaces = Vec::new();
        for item in self.items(list) {
            let mut name = None;
            let mut optional = false;
            let mut description = None;
            for pair in self.fields(&item) {
                match &*pair.key.text() {
                    "name" => name = self.text(&pair.value),
                    "optional" => optional = is_true(&self.follow(&pair.value)),
                    "description" => description = self.prose(&pair.value),
                    _ => self.scan(&pair.value, Part::Workspace),
                }
            }
            let Some(name) = name else { continue };
            workspaces.push(WorkspaceDecl {
                name,
                span: item.span(),
                optional,
                description,
            });
        }
        workspaces
    }

    fn bindings(&mut self, list: &Node<'t>) -> Vec<Binding> {
        let mut bindings = Vec::new();
        for item in self.items(list) {
            let mut name = None;
            let mut workspace = None;
            for pair in self.fields(&item) {
                match &*pair.key.text() {
                    "name" => name = self.text(&pair.value),
                    "workspace" => workspace = self.text(&pair.value),
                    _ => self.scan(&pair.value, Part::Workspace),
                }
            }
            let Some(name) = name else { continue };
            bindings.push(Binding {
                name,
                workspace,
                span: item.span(),
            });
        }
        bindings
    }

    fn results(&mut self, list: &Node<'t>) -> Vec<ResultDecl> {
        let mut results = Vec::new();
        for item in self.items(list) {
            let mut name = None;
            let mut type_text = None;
            let mut properties = None;
            let mut result_value = None;
            let mut description = None;
            for pair in self.fields(&item) {
                let value = &pair.value;
                match &*pair.key.text() {
                    "name" => name = self.text(value),
                    "type" => type_text = self.text(value),
                    "properties" => properties = Some(self.keys(value)),
                    "value" => result_value = Some(self.value(value, Part::Result)),
                    "description" => description = self.prose(value),
                    _ => self.scan(value, Part::Other),
                }
            }
            let Some(name) = name else { continue };
            results.push(ResultDecl {
                ty: param_type(
                    type_text.as_ref(),
                    properties.is_some(),
                    result_value.as_ref(),
                ),
                name,
                span: item.span(),
                properties: properties.unwrap_or_default(),
                value: result_value,
                description,
            });
        }
        results
    }

    /// The names of the items of a list, everything in it searched.
    fn named(&mut self, list: &Node<'t>, part: Part) -> Vec<Text> {
        let mut names = Vec::new();
        for item in self.items(list) {
            names.extend(self.field(&item, "name").and_then(|node| self.text(&node)));
            self.scan(&item, part);
        }
        names
    }

    fn value(&mut self, node: &Node<'t>, part: Part) -> Value {
        self.scan(node, part);
        let node = self.follow(node);
        let span = node.span();
        let (ty, text, keys) = match node.kind() {
            NodeKind::Mapping => (ValueType::Object, None, self.keys(&node)),
            NodeKind::Sequence => (ValueType::Array, None, Vec::new()),
            NodeKind::Scalar if !is_null(&node) => {
                let block = matches!(
                    node.style(),
                    Some(ScalarStyle::Literal | ScalarStyle::Folded)
                );
                let short = !block && span.end - span.start <= TEXT_LIMIT;
                let text = short.then(|| text_of(&node));
                (ValueType::String, text, Vec::new())
            }
            _ => (ValueType::Empty, None, Vec::new()),
        };
        Value {
            span,
            ty,
            text,
            keys,
        }
    }

    fn prose(&mut self, node: &Node<'t>) -> Option<Span> {
        self.scan(node, Part::Prose);
        (node.kind() != NodeKind::Empty).then(|| node.span())
    }

    // Access to nodes, aliases followed.

    fn follow(&mut self, node: &Node<'t>) -> Node<'t> {
        if node.kind() != NodeKind::Alias || self.aliases == 0 {
            return node.clone();
        }
        self.aliases -= 1;
        node.resolve()
    }

    /// The entries of a mapping; those of a merge key (`<<`) come first, because later ones win.
    fn fields(&mut self, node: &Node<'t>) -> Vec<Pair<'t>> {
        let node = self.follow(node);
        let mut pairs: Vec<Pair<'t>> = node.pairs().collect();
        if let Some(at) = pairs.iter().position(|pair| is_merge(&pair.key)) {
            let merged = self.follow(&pairs.remove(at).value);
            pairs.splice(0..0, merged.pairs());
        }
        pairs
    }

    fn field(&mut self, node: &Node<'t>, key: &str) -> Option<Node<'t>> {
        let mut fields = self.fields(node).into_iter();
        fields
            .find(|pair| pair.key.text() == key)
            .map(|pair| pair.value)
    }

    fn items(&mut self, node: &Node<'t>) -> Vec<Node<'t>> {
        let list = self.follow(node);
        let items: Vec<Node<'t>> = list.items().collect();
        items.iter().map(|item| self.follow(item)).collect()
    }

    fn keys(&mut self, node: &Node<'t>) -> Vec<Text> {
        let pairs = self.fields(node);
        pairs
            .iter()
            .filter_map(|pair| self.text(&pair.key))
            .collect()
    }

    fn texts(&mut self, node: &Node<'t>) -> Vec<Text> {
        let items = self.items(node);
        items.iter().filter_map(|item| self.text(item)).collect()
    }

    /// The text of a scalar that says something.
    fn text(&mut self, node: &Node<'t>) -> Option<Text> {
        self.scalar(node).filter(|text| !text.value.is_empty())
    }

    /// The text of a scalar, also an empty one.
    fn scalar(&mut self, node: &Node<'t>) -> Option<Text> {
        let node = self.follow(node);
        (node.kind() == NodeKind::Scalar && !is_null(&node)).then(|| text_of(&node))
    }

    // References.

    /// Takes up every reference inside a node. What an alias stands for is searched where it is
    /// anchored.
    fn scan(&mut self, node: &Node<'t>, part: Part) {
        if !self.has_dollar(node.span()) {
            return;
        }
        let mut stack = vec![node.clone()];
        while let Some(node) = stack.pop() {
            match node.kind() {
                NodeKind::Scalar => self.scan_scalar(&node, part),
                NodeKind::Mapping => stack.extend(node.pairs().map(|pair| pair.value)),
                NodeKind::Sequence => stack.extend(node.items()),
                NodeKind::Alias | NodeKind::Empty => {}
            }
            while stack
                .last()
                .is_some_and(|next| !self.has_dollar(next.span()))
            {
                stack.pop();
            }
        }
    }

    fn has_dollar(&self, span: Span) -> bool {
        self.dollars_in(span).next().is_some()
    }

    fn dollars_in(&self, span: Span) -> impl Iterator<Item = u32> + use<'_, 't> {
        let first = self.dollars.partition_point(|at| *at < span.start);
        self.dollars[first..]
            .iter()
            .copied()
            .take_while(move |at| *at < span.end)
    }

    fn scan_scalar(&mut self, node: &Node<'t>, part: Part) {
        let site = Site { part, ..self.site };
        let span = node.span();
        let Some(raw) = self.source.get(span.range()) else {
            return;
        };
        let style = node.style();
        let escaped = match style {
            Some(ScalarStyle::DoubleQuoted) => raw.contains('\\'),
            Some(ScalarStyle::SingleQuoted) => {
                raw[1..raw.len().saturating_sub(1).max(1)].contains("''")
            }
            _ => false,
        };
        let mut found = Vec::new();
        if escaped {
            scan_decoded(node, site, &mut found);
        } else {
            let quotes = u32::from(matches!(
                style,
                Some(ScalarStyle::DoubleQuoted | ScalarStyle::SingleQuoted)
            ));
            let place = |range: std::ops::Range<usize>| Span {
                start: range.start as u32,
                end: range.end as u32,
            };
            let text = &self.source[..span.end as usize];
            for at in self.dollars_in(span) {
                let Some((end, kind)) = reference::parse(text, at as usize, &place) else {
                    continue;
                };
                let end = end as u32;
                found.push(Reference {
                    span: Span { start: at, end },
                    kind,
                    site,
                    isolated: at == span.start + quotes && end + quotes == span.end,
                });
            }
        }
        self.model.references.append(&mut found);
    }
}

/// The slow path: a quoted scalar with escapes.
fn scan_decoded(node: &Node<'_>, site: Site, found: &mut Vec<Reference>) {
    let Some(scalar) = node.scalar() else { return };
    let text = scalar.text();
    let place = |range| scalar.source(range);
    for (at, _) in text.match_indices("$(") {
        if let Some((end, kind)) = reference::parse(text, at, &place) {
            found.push(Reference {
                span: scalar.source(at..end),
                kind,
                site,
                isolated: at == 0 && end == text.len(),
            });
        }
    }
}

fn kind_of(api_version: Option<&Text>, kind: Option<&Text>) -> Kind {
    let group = api_version
        .and_then(|version| version.value.split_once('/'))
        .map_or("", |(group, _)| group);
    let kind = kind.map_or("", Text::as_str);
    match (group, kind) {
        ("tekton.dev", "Task" | "ClusterTask") => Kind::Task,
        ("tekton.dev", "StepAction") => Kind::StepAction,
        ("tekton.dev", "Pipeline") => Kind::Pipeline,
        ("tekton.dev", "PipelineRun") => Kind::PipelineRun,
        ("tekton.dev", "TaskRun") => Kind::TaskRun,
        ("tekton.dev", _) => Kind::OtherTekton,
        ("kustomize.config.k8s.io", _) => Kind::Kustomization,
        _ => Kind::Other,
    }
}

/// The field of a step (or of a StepAction's spec).
fn step_part(key: &str) -> Part {
    match key {
        "image" => Part::Image,
        "script" => Part::Script,
        "command" | "args" => Part::Command,
        "env" | "envFrom" => Part::Env,
        "workingDir" => Part::WorkingDir,
        "volumeMounts" => Part::VolumeMount,
        "displayName" => Part::Prose,
        _ => Part::Other,
    }
}

/// Tekton's rule: what is written wins, then `properties`, then the shape of the default.
fn param_type(written: Option<&Text>, properties: bool, default: Option<&Value>) -> ParamType {
    match written.map(Text::as_str) {
        Some("string") => ParamType::String,
        Some("array") => ParamType::Array,
        Some("object") => ParamType::Object,
        Some(_) => ParamType::Unknown,
        None if properties => ParamType::Object,
        None => match default.map(|value| value.ty) {
            Some(ValueType::Array) => ParamType::Array,
            Some(ValueType::Object) => ParamType::Object,
            _ => ParamType::String,
        },
    }
}

fn text_of(node: &Node<'_>) -> Text {
    Text {
        value: Arc::from(&*node.text()),
        span: node.span(),
    }
}

fn is_plain(node: &Node<'_>) -> bool {
    node.style() == Some(ScalarStyle::Plain)
}

fn is_null(node: &Node<'_>) -> bool {
    is_plain(node) && matches!(&*node.text(), "" | "~" | "null" | "Null" | "NULL")
}

/// As Kubernetes reads YAML 1.1.
fn is_true(node: &Node<'_>) -> bool {
    is_plain(node)
        && matches!(
            &*node.text(),
            "true" | "True" | "TRUE" | "yes" | "Yes" | "YES" | "on" | "On" | "ON" | "y" | "Y"
        )
}

fn is_merge(key: &Node<'_>) -> bool {
    is_plain(key) && key.span().end - key.span().start == 2 && key.text() == "<<"
}
