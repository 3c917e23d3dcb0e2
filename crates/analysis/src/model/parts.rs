//! What pipelines, tasks and runs are made of.

use konflux_syntax::Span;

use super::Text;

/// The declaration of a param.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Param {
    /// `name`.
    pub name: Text,
    /// The whole item.
    pub span: Span,
    /// `type`, as written.
    pub type_text: Option<Text>,
    /// The type that Tekton works with: written, or inferred from `properties` and the default.
    pub ty: ParamType,
    /// `default`.
    pub default: Option<Value>,
    /// The keys of `properties`.
    pub properties: Vec<Text>,
    /// `description`.
    pub description: Option<Span>,
}

pub(super) fn find_param<'m>(params: &'m [Param], name: &str) -> Option<&'m Param> {
    params.iter().find(|param| &*param.name.value == name)
}

/// The type of a param or result.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum ParamType {
    /// `string`.
    String,
    /// `array`.
    Array,
    /// `object`.
    Object,
    /// Something Tekton does not know.
    Unknown,
}

impl ParamType {
    /// The word for it.
    pub fn as_str(self) -> &'static str {
        match self {
            ParamType::String => "string",
            ParamType::Array => "array",
            ParamType::Object => "object",
            ParamType::Unknown => "unknown",
        }
    }
}

/// A value as written.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Value {
    /// Where it stands.
    pub span: Span,
    /// Its shape.
    pub ty: ValueType,
    /// The text, of scalars on one line.
    pub text: Option<Text>,
    /// The keys, of mappings.
    pub keys: Vec<Text>,
}

/// The shape of a value.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum ValueType {
    /// Any scalar that is not null.
    String,
    /// A list.
    Array,
    /// A mapping.
    Object,
    /// Null, or nothing at all.
    Empty,
}

/// A param that gets a value.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Argument {
    /// `name`.
    pub name: Text,
    /// The whole item.
    pub span: Span,
    /// `value`.
    pub value: Value,
}

/// `matrix`.
#[derive(Debug)]
pub struct Matrix {
    /// The whole mapping.
    pub span: Span,
    /// `params`.
    pub params: Vec<Argument>,
    /// `include`: the params of each item.
    pub include: Vec<Vec<Argument>>,
}

/// The declaration of a workspace.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct WorkspaceDecl {
    /// `name`.
    pub name: Text,
    /// The whole item.
    pub span: Span,
    /// `optional: true`.
    pub optional: bool,
    /// `description`.
    pub description: Option<Span>,
}

/// A workspace that is handed to a task.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Binding {
    /// `name`: the task's name for it.
    pub name: Text,
    /// `workspace`: the pipeline's name for it; the same name when absent.
    pub workspace: Option<Text>,
    /// The whole item.
    pub span: Span,
}

impl Binding {
    /// The pipeline's name for the workspace.
    pub fn source(&self) -> &Text {
        self.workspace.as_ref().unwrap_or(&self.name)
    }
}

/// The declaration of a result.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct ResultDecl {
    /// `name`.
    pub name: Text,
    /// The whole item.
    pub span: Span,
    /// `type`.
    pub ty: ParamType,
    /// The keys of `properties`.
    pub properties: Vec<Text>,
    /// `value`.
    pub value: Option<Value>,
    /// `description`.
    pub description: Option<Span>,
}

/// A guard.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct When {
    /// The whole item.
    pub span: Span,
    /// `input`.
    pub input: Option<Value>,
    /// `operator`.
    pub operator: Option<Text>,
    /// `values`.
    pub values: Option<Value>,
    /// `cel`.
    pub cel: Option<Value>,
}
