//! Pipelines that a task starts, as far as the task itself tells which.

use std::sync::Arc;

use crate::facts;
use crate::model::Argument;

/// A pipeline that a task starts.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub struct Started {
    /// Its name, or the path of its file in the repository. It may hold params of the task
    /// (`$(params.request)`), and nothing else that is not known.
    written: Arc<str>,
    /// The defaults of these params, where they have one.
    defaults: Vec<(Arc<str>, Arc<str>)>,
}

impl Started {
    /// Reads what a script says. Nothing where that is not known before it runs.
    pub(crate) fn read(
        written: &str,
        default: impl Fn(&str) -> Option<Arc<str>>,
    ) -> Option<Started> {
        let mut defaults = Vec::new();
        for piece in pieces(written) {
            match piece {
                Piece::Text(text) if text.contains('$') => return None,
                Piece::Text(_) => {}
                Piece::Param(name) => {
                    defaults.extend(default(name).map(|default| (Arc::from(name), default)));
                }
            }
        }
        (!written.is_empty()).then(|| Started {
            written: Arc::from(written),
            defaults,
        })
    }

    /// Which one it is where the task is called without saying so.
    pub fn by_default(&self) -> Option<Arc<str>> {
        self.called_with(&[])
    }

    /// Which one it is where the task is called like this.
    pub fn called_with(&self, arguments: &[Argument]) -> Option<Arc<str>> {
        let mut name = String::new();
        for piece in pieces(&self.written) {
            match piece {
                Piece::Text(text) => name.push_str(text),
                Piece::Param(param) => name.push_str(self.value(param, arguments)?),
            }
        }
        let is_known = !name.is_empty() && !name.contains('$');
        is_known.then(|| Arc::from(name))
    }

    fn value<'s>(&'s self, param: &str, arguments: &'s [Argument]) -> Option<&'s str> {
        match facts::argument(arguments, param) {
            Some(argument) => Some(argument.value.text.as_ref()?.as_str()),
            None => {
                let mut defaults = self.defaults.iter();
                let (_, default) = defaults.find(|(name, _)| &**name == param)?;
                Some(default)
            }
        }
    }
}

enum Piece<'t> {
    Text(&'t str),
    /// `$(params.NAME)`
    Param(&'t str),
}

fn pieces(text: &str) -> Vec<Piece<'_>> {
    const PARAM: &str = "$(params.";
    let mut pieces = Vec::new();
    let mut rest = text;
    while let Some((before, after)) = rest.split_once(PARAM) {
        let Some((name, behind)) = after.split_once(')') else {
            break;
        };
        if !before.is_empty() {
            pieces.push(Piece::Text(before));
        }
        pieces.push(Piece::Param(name));
        rest = behind;
    }
    if !rest.is_empty() {
        pieces.push(Piece::Text(rest));
    }
    pieces
}
