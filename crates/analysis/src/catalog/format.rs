//! An index as bytes: small, the same for the same input, and safe to read from anywhere.
//!
//! ```text
//! "KLSC"  format: varint  length of the body: varint  body, deflated (zlib)
//! body:   strings, sources, entries; each a count and its items
//! ```
//!
//! Numbers are LEB128 varints, texts are numbers of strings, and the most frequent strings have the
//! smallest numbers. Nothing is allocated that the bytes at hand could not fill, so a damaged or
//! malicious file ends in a [`FormatError`].

use std::collections::HashMap;
use std::sync::Arc;

use miniz_oxide::deflate::compress_to_vec_zlib;
use miniz_oxide::inflate::decompress_to_vec_zlib_with_limit;

use super::{Catalog, Entry, Source};
use crate::classify::PipelineClass;
use crate::facts::{Deprecation, Facts, ParamFact, ResultFact, WorkspaceFact};
use crate::model::{Kind, ParamType};
use crate::roles::Role;

/// The format that is written, and the only one that is read.
pub const FORMAT: u64 = 1;

const MAGIC: &[u8; 4] = b"KLSC";

/// Bytes of the largest body that is read: a thousand times the built-in one would still fit.
const MAX_BODY: usize = 64 << 20;

/// Why bytes are no index.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
pub enum FormatError {
    /// They are something else.
    #[error("it is not a catalog index of konflux-ls")]
    NotAnIndex,
    /// Another version of konflux-ls wrote them.
    #[error(
        "it is a catalog index of format {0}, and this konflux-ls reads format {FORMAT}: \
         write it anew with `konflux-ls catalog build`"
    )]
    OtherFormat(u64),
    /// They are incomplete or changed.
    #[error("the catalog index is damaged: {0}")]
    Damaged(&'static str),
}

const KINDS: [Kind; 3] = [Kind::Task, Kind::StepAction, Kind::Pipeline];
const TYPES: [ParamType; 4] = [
    ParamType::String,
    ParamType::Array,
    ParamType::Object,
    ParamType::Unknown,
];

/// Bits of a param beside its type, which takes the lowest two.
const REQUIRED: u64 = 4;
const HAS_KEYS: u64 = 8;

impl Catalog {
    /// The index as bytes.
    pub fn to_bytes(&self) -> Vec<u8> {
        // Once to count how often each string is used, once to write.
        let mut counts: HashMap<String, u64> = HashMap::new();
        let mut count = |text: &str| {
            *counts.entry(text.to_owned()).or_default() += 1;
            0
        };
        write_body(self, &mut Vec::new(), &mut count);
        let mut strings: Vec<(String, u64)> = counts.into_iter().collect();
        strings.sort_by(|left, right| right.1.cmp(&left.1).then(left.0.cmp(&right.0)));
        let numbers = strings.iter().zip(0..);
        let numbers: HashMap<&str, u64> = numbers
            .map(|((text, _), number)| (text.as_str(), number))
            .collect();
        let mut body = Vec::new();
        varint(&mut body, strings.len() as u64);
        for (text, _) in &strings {
            varint(&mut body, text.len() as u64);
            body.extend_from_slice(text.as_bytes());
        }
        let mut number = |text: &str| numbers.get(text).copied().unwrap_or_default();
        write_body(self, &mut body, &mut number);
        let mut bytes = MAGIC.to_vec();
        varint(&mut bytes, FORMAT);
        varint(&mut bytes, body.len() as u64);
        bytes.extend(compress_to_vec_zlib(&body, 10));
        bytes
    }

    /// Reads an index.
    ///
    /// # Errors
    ///
    /// When the bytes are something else, of another format, or damaged.
    pub fn from_bytes(bytes: &[u8]) -> Result<Catalog, FormatError> {
        let mut head = Reader {
            rest: bytes.strip_prefix(MAGIC).ok_or(FormatError::NotAnIndex)?,
        };
        let format = head.varint()?;
        if format != FORMAT {
            return Err(FormatError::OtherFormat(format));
        }
        let length = head.varint()?;
        if length > MAX_BODY as u64 {
            return Err(FormatError::Damaged("it claims to be larger than 64 MiB"));
        }
        let body = decompress_to_vec_zlib_with_limit(head.rest, length as usize)
            .map_err(|_| FormatError::Damaged("it cannot be decompressed"))?;
        if body.len() as u64 != length {
            return Err(FormatError::Damaged("its length is not the one it claims"));
        }
        read_body(Reader { rest: &body })
    }
}

fn varint(out: &mut Vec<u8>, mut number: u64) {
    while number >= 0x80 {
        out.push(number as u8 | 0x80);
        number >>= 7;
    }
    out.push(number as u8);
}

// Writing.

/// Gives a string its number.
type Number<'n> = &'n mut dyn FnMut(&str) -> u64;

struct Writer<'w> {
    out: &'w mut Vec<u8>,
    number: Number<'w>,
}

fn write_body(catalog: &Catalog, out: &mut Vec<u8>, number: Number<'_>) {
    let mut writer = Writer { out, number };
    let sources = catalog.sources();
    writer.list(sources, |writer, source| {
        writer.text(&source.name);
        writer.optional(source.as_of.as_deref());
        writer.texts(&source.bundles);
    });
    writer.list(&catalog.entries, |writer, entry| {
        writer.list(&entry.sources, |writer, source| {
            let at = sources.iter().position(|known| known == source);
            writer.varint(at.unwrap_or_default() as u64);
        });
        writer.entry(entry);
    });
}

impl Writer<'_> {
    fn varint(&mut self, number: u64) {
        varint(self.out, number);
    }

    fn text(&mut self, text: &str) {
        let number = (self.number)(text);
        self.varint(number);
    }

    fn optional(&mut self, text: Option<&str>) {
        self.varint(u64::from(text.is_some()));
        if let Some(text) = text {
            self.text(text);
        }
    }

    fn list<T>(&mut self, items: &[T], mut write: impl FnMut(&mut Self, &T)) {
        self.varint(items.len() as u64);
        items.iter().for_each(|item| write(self, item));
    }

    fn texts(&mut self, texts: &[Arc<str>]) {
        self.list(texts, |writer, text| writer.text(text));
    }

    fn entry(&mut self, entry: &Entry) {
        let facts = &entry.facts;
        self.varint(position(&KINDS, &facts.kind));
        self.optional(facts.name.as_deref());
        self.optional(facts.version.as_deref());
        self.text(&entry.path);
        self.optional(entry.line.as_deref());
        self.varint(u64::from(entry.archived));
        self.optional(entry.pointer.as_deref());
        self.list(&entry.roles, |writer, role| writer.text(role.as_str()));
        self.optional(facts.class.map(PipelineClass::as_str));
        let deprecation = facts.deprecation.as_ref();
        self.optional(deprecation.map(|it| &*it.expires_on));
        self.optional(deprecation.and_then(|it| it.message.as_deref()));
        self.list(&facts.params, Self::param);
        self.list(&facts.results, Self::result);
        self.list(&facts.workspaces, |writer, workspace| {
            writer.text(&workspace.name);
            writer.varint(u64::from(workspace.optional));
        });
    }

    fn param(&mut self, param: &ParamFact) {
        let has_keys = !param.properties.is_empty() || !param.default_keys.is_empty();
        let flag = |is, bit| if is { bit } else { 0 };
        let flags = flag(param.required, REQUIRED) | flag(has_keys, HAS_KEYS);
        self.text(&param.name);
        self.varint(position(&TYPES, &param.ty) | flags);
        if has_keys {
            self.texts(&param.properties);
            self.texts(&param.default_keys);
        }
    }

    fn result(&mut self, result: &ResultFact) {
        let has_keys = !result.properties.is_empty();
        self.text(&result.name);
        self.varint(position(&TYPES, &result.ty) | if has_keys { HAS_KEYS } else { 0 });
        if has_keys {
            self.texts(&result.properties);
        }
    }
}

fn position<T: PartialEq>(all: &[T], one: &T) -> u64 {
    let at = all.iter().position(|known| known == one);
    at.unwrap_or_default() as u64
}

// Reading.

struct Reader<'r> {
    rest: &'r [u8],
}

const ENDS: FormatError = FormatError::Damaged("it ends too early");
const NUMBER: FormatError = FormatError::Damaged("a number in it leads nowhere");

fn read_body(mut reader: Reader<'_>) -> Result<Catalog, FormatError> {
    let strings = reader.list(Reader::string)?;
    let sources = reader.list(|reader| {
        Ok(Arc::new(Source {
            name: reader.text(&strings)?,
            as_of: reader.optional(&strings)?,
            bundles: reader.texts(&strings)?,
        }))
    })?;
    let entries = reader.list(|reader| {
        let sources = reader.list(|reader| reader.one_of(&sources))?;
        reader.entry(&strings, sources)
    })?;
    match reader.rest {
        [] => Ok(Catalog::new(entries)),
        _ => Err(FormatError::Damaged("something follows its end")),
    }
}

impl Reader<'_> {
    fn varint(&mut self) -> Result<u64, FormatError> {
        let mut number = 0;
        for shift in (0..63).step_by(7) {
            let (byte, rest) = self.rest.split_first().ok_or(ENDS)?;
            self.rest = rest;
            number |= u64::from(byte & 0x7f) << shift;
            if byte & 0x80 == 0 {
                return Ok(number);
            }
        }
        Err(NUMBER)
    }

    /// Every item takes at least a byte: a count above what is left is a lie.
    fn count(&mut self) -> Result<usize, FormatError> {
        let count = usize::try_from(self.varint()?).map_err(|_| NUMBER)?;
        (count <= self.rest.len()).then_some(count).ok_or(ENDS)
    }

    fn list<T>(
        &mut self,
        mut read: impl FnMut(&mut Self) -> Result<T, FormatError>,
    ) -> Result<Vec<T>, FormatError> {
        // Items may be much larger than the bytes they came from, so the vector grows as they come.
        let mut items = Vec::new();
        for _ in 0..self.count()? {
            items.push(read(self)?);
        }
        Ok(items)
    }

    fn string(&mut self) -> Result<Arc<str>, FormatError> {
        let length = self.count()?;
        let (text, rest) = self.rest.split_at_checked(length).ok_or(ENDS)?;
        self.rest = rest;
        let text = str::from_utf8(text).map_err(|_| FormatError::Damaged("it is not UTF-8"))?;
        Ok(Arc::from(text))
    }

    fn one_of<T: Clone>(&mut self, all: &[T]) -> Result<T, FormatError> {
        let number = usize::try_from(self.varint()?).map_err(|_| NUMBER)?;
        all.get(number).cloned().ok_or(NUMBER)
    }

    fn text(&mut self, strings: &[Arc<str>]) -> Result<Arc<str>, FormatError> {
        self.one_of(strings)
    }

    fn optional(&mut self, strings: &[Arc<str>]) -> Result<Option<Arc<str>>, FormatError> {
        match self.flag()? {
            true => self.text(strings).map(Some),
            false => Ok(None),
        }
    }

    fn texts(&mut self, strings: &[Arc<str>]) -> Result<Vec<Arc<str>>, FormatError> {
        self.list(|reader| reader.text(strings))
    }

    fn flag(&mut self) -> Result<bool, FormatError> {
        self.one_of(&[false, true])
    }

    fn entry(
        &mut self,
        strings: &[Arc<str>],
        sources: Vec<Arc<Source>>,
    ) -> Result<Entry, FormatError> {
        let mut facts = Facts {
            kind: self.one_of(&KINDS)?,
            name: self.optional(strings)?,
            version: self.optional(strings)?,
            ..Facts::default()
        };
        let path = self.text(strings)?;
        let line = self.optional(strings)?;
        let archived = self.flag()?;
        let pointer = self.optional(strings)?;
        let roles = self.texts(strings)?;
        facts.class = self.optional(strings)?.and_then(|word| class(&word));
        facts.deprecation = self.deprecation(strings)?;
        facts.params = self.list(|reader| reader.param(strings))?;
        facts.results = self.list(|reader| reader.result(strings))?;
        facts.workspaces = self.list(|reader| {
            Ok(WorkspaceFact {
                name: reader.text(strings)?,
                optional: reader.flag()?,
            })
        })?;
        Ok(Entry {
            sources,
            path,
            line,
            archived,
            pointer,
            roles: roles.iter().filter_map(|word| Role::named(word)).collect(),
            facts: Arc::new(facts),
        })
    }

    fn deprecation(
        &mut self,
        strings: &[Arc<str>],
    ) -> Result<Option<Arc<Deprecation>>, FormatError> {
        let expires_on = self.optional(strings)?;
        let message = self.optional(strings)?;
        Ok(expires_on.map(|expires_on| {
            Arc::new(Deprecation {
                expires_on,
                message,
            })
        }))
    }

    fn param(&mut self, strings: &[Arc<str>]) -> Result<ParamFact, FormatError> {
        let name = self.text(strings)?;
        let flags = self.varint()?;
        let keys = |reader: &mut Self| match flags & HAS_KEYS {
            0 => Ok(Vec::new()),
            _ => reader.texts(strings),
        };
        Ok(ParamFact {
            name,
            ty: param_type(flags),
            required: flags & REQUIRED != 0,
            properties: keys(self)?,
            default_keys: keys(self)?,
        })
    }

    fn result(&mut self, strings: &[Arc<str>]) -> Result<ResultFact, FormatError> {
        let name = self.text(strings)?;
        let flags = self.varint()?;
        let properties = match flags & HAS_KEYS {
            0 => Vec::new(),
            _ => self.texts(strings)?,
        };
        Ok(ResultFact {
            name,
            ty: param_type(flags),
            properties,
        })
    }
}

fn param_type(flags: u64) -> ParamType {
    TYPES[(flags & 3) as usize]
}

fn class(word: &str) -> Option<PipelineClass> {
    let mut all = PipelineClass::ALL.into_iter();
    all.find(|class| class.as_str() == word)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_built_in_index_can_be_read() {
        let catalog = super::super::builtin();
        assert!(catalog.entries().len() > 200);
        assert_eq!(
            Catalog::from_bytes(&catalog.to_bytes()).as_ref(),
            Ok(catalog)
        );
    }

    #[test]
    fn other_files_are_refused_with_a_reason() {
        let why = |bytes: &[u8]| Catalog::from_bytes(bytes).unwrap_err().to_string();
        assert_eq!(
            why(b"apiVersion: v1"),
            "it is not a catalog index of konflux-ls"
        );
        assert_eq!(why(b""), "it is not a catalog index of konflux-ls");
        assert_eq!(
            why(b"KLSC\x07"),
            "it is a catalog index of format 7, and this konflux-ls reads format 1: \
             write it anew with `konflux-ls catalog build`"
        );
        let good = Catalog::default().to_bytes();
        assert_eq!(
            why(&good[..good.len() - 1]),
            "the catalog index is damaged: it cannot be decompressed"
        );
        assert_eq!(
            why(b"KLSC\x01\xff\xff\xff\xff\x7f"),
            "the catalog index is damaged: it claims to be larger than 64 MiB"
        );
    }

    /// A body with the right frame around it, as only somebody with intent would make it.
    fn framed(body: &[u8]) -> Vec<u8> {
        let mut bytes = MAGIC.to_vec();
        varint(&mut bytes, FORMAT);
        varint(&mut bytes, body.len() as u64);
        bytes.extend(compress_to_vec_zlib(body, 1));
        bytes
    }

    fn body_of(bytes: &[u8]) -> Vec<u8> {
        let mut reader = Reader { rest: &bytes[4..] };
        reader.varint().unwrap();
        reader.varint().unwrap();
        decompress_to_vec_zlib_with_limit(reader.rest, MAX_BODY).unwrap()
    }

    /// A small generator is enough: the same numbers on every machine.
    fn random(state: &mut u64) -> usize {
        *state ^= *state << 13;
        *state ^= *state >> 7;
        *state ^= *state << 17;
        *state as usize
    }

    #[test]
    fn no_damage_crashes_the_reader() {
        let good = super::super::builtin().to_bytes();
        let body = body_of(&good);
        let mut state = 0x9e37_79b9_7f4a_7c15;
        let mut refused = 0;
        for _ in 0..2_000 {
            let mut bytes = good.clone();
            let at = random(&mut state) % bytes.len();
            bytes[at] ^= 1 << (random(&mut state) % 8);
            bytes.truncate(random(&mut state) % (bytes.len() * 2) + 1);
            refused += usize::from(Catalog::from_bytes(&bytes).is_err());
        }
        assert!(refused > 1_900, "checksums notice damage: {refused}");
        // Behind the checksum: every read must hold by itself.
        for _ in 0..500 {
            let mut body = body.clone();
            for _ in 0..=random(&mut state) % 4 {
                let at = random(&mut state) % body.len();
                body[at] = random(&mut state) as u8;
            }
            body.truncate(random(&mut state) % (body.len() * 3) + 1);
            if let Ok(catalog) = Catalog::from_bytes(&framed(&body)) {
                assert_eq!(
                    Catalog::from_bytes(&catalog.to_bytes()).as_ref(),
                    Ok(&catalog)
                );
            }
        }
    }
}
