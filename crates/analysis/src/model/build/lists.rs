//! The lists that pipelines, tasks and runs share.

use std::sync::Arc;

use konflux_syntax::{Node, NodeKind, Span};

use super::Builder;
use crate::model::*;

/// Texts of values longer than this are not kept; no rule compares prose.
const TEXT_LIMIT: u32 = 512;

impl<'t> Builder<'_, 't> {
    pub(super) fn params(&mut self, list: &Node<'t>) -> Vec<Param> {
        let mut params = Vec::new();
        for item in self.items(list) {
            let mut name = None;
            let mut type_text = None;
            let mut default = None;
            let mut properties = None;
            let mut description = None;
            for pair in self.fields(&item) {
                let value = &pair.value;
                match &*self.word(&pair.key) {
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

    pub(super) fn arguments(&mut self, list: &Node<'t>) -> Vec<Argument> {
        self.arguments_in(list, Part::Argument)
    }

    pub(super) fn arguments_in(&mut self, list: &Node<'t>, part: Part) -> Vec<Argument> {
        let mut arguments = Vec::new();
        for item in self.items(list) {
            let mut name = None;
            let mut value = None;
            for pair in self.fields(&item) {
                match &*self.word(&pair.key) {
                    "name" => name = self.text(&pair.value),
                    "value" => value = Some(self.value(&pair.value, part)),
                    _ => self.scan(&pair.value, part),
                }
            }
            let Some(name) = name else { continue };
            let span = item.span();
            let end = span.end;
            arguments.push(Argument {
                name,
                span,
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

    pub(super) fn workspaces(&mut self, list: &Node<'t>) -> Vec<WorkspaceDecl> {
        let mut workspaces = Vec::new();
        for item in self.items(list) {
            let mut name = None;
            let mut optional = false;
            let mut description = None;
            for pair in self.fields(&item) {
                match &*self.word(&pair.key) {
                    "name" => name = self.text(&pair.value),
                    "optional" => optional = self.is_true(&pair.value),
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

    pub(super) fn bindings(&mut self, list: &Node<'t>) -> Vec<Binding> {
        let mut bindings = Vec::new();
        for item in self.items(list) {
            let mut name = None;
            let mut workspace = None;
            for pair in self.fields(&item) {
                match &*self.word(&pair.key) {
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

    pub(super) fn results(&mut self, list: &Node<'t>) -> Vec<ResultDecl> {
        let mut results = Vec::new();
        for item in self.items(list) {
            let mut name = None;
            let mut type_text = None;
            let mut properties = None;
            let mut result_value = None;
            let mut description = None;
            for pair in self.fields(&item) {
                let value = &pair.value;
                match &*self.word(&pair.key) {
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
    pub(super) fn named(&mut self, list: &Node<'t>, part: Part) -> Vec<Text> {
        let mut names = Vec::new();
        for item in self.items(list) {
            names.extend(self.field(&item, "name").and_then(|node| self.text(&node)));
            self.scan(&item, part);
        }
        names
    }

    pub(super) fn value(&mut self, node: &Node<'t>, part: Part) -> Value {
        let target = self.target(node);
        let node = target.as_ref().unwrap_or(node);
        let span = node.span();
        self.scan_at(node, span, part);
        let (ty, text, keys) = match node.kind() {
            NodeKind::Mapping => (ValueType::Object, None, self.keys(node)),
            NodeKind::Sequence => (ValueType::Array, None, Vec::new()),
            NodeKind::Scalar if !self.is_null(span) => {
                let block = self.raw(span).starts_with(['|', '>']);
                let short = !block && span.end - span.start <= TEXT_LIMIT;
                let text = short.then(|| Text {
                    value: Arc::from(&*self.decoded(node, span)),
                    span,
                });
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

    pub(super) fn prose(&mut self, node: &Node<'t>) -> Option<Span> {
        self.scan(node, Part::Prose);
        (node.kind() != NodeKind::Empty).then(|| node.span())
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
