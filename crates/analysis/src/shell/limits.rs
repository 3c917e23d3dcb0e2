//! What the parser is spared.
//!
//! Measured on brush-parser 0.4: every `(` or `case` that is open where the parser fails doubles
//! its time, and each level of nesting takes stack. The limits below leave scripts that people write
//! (the deepest of 1,859 in real catalogs nests 5 parentheses and 2 `case`) far inside, and keep the worst
//! case at some milliseconds and 100 KiB of stack.

/// Bytes of a script above which it is not parsed.
pub(super) const SIZE: usize = 256 * 1024;

/// Parentheses inside each other.
const PARENTHESES: usize = 10;

/// `case` inside `case`.
const CASES: usize = 5;

/// Blocks of any kind inside each other.
const BLOCKS: usize = 48;

/// May the parser be given this text?
pub(super) fn permits(text: &str) -> bool {
    if text.len() > SIZE || text.contains('\0') {
        return false;
    }
    let mut depth = Depth::default();
    text.lines().all(|line| depth.line(line))
}

/// Counts what is open, by bytes and words alone. It looks into strings too, where parentheses
/// come in pairs nearly always; counting too much only means to be careful.
#[derive(Default)]
struct Depth {
    parentheses: usize,
    cases: usize,
    blocks: usize,
}

impl Depth {
    fn is_harmless(&self) -> bool {
        self.parentheses <= PARENTHESES && self.cases <= CASES && self.blocks <= BLOCKS
    }

    /// Counts a line; is all harmless still?
    fn line(&mut self, line: &str) -> bool {
        if line.trim_start().starts_with('#') {
            return true;
        }
        let bytes = line.as_bytes();
        let mut word_start = 0;
        for (at, byte) in bytes.iter().copied().enumerate() {
            if byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-' | b'/' | b'.') {
                continue;
            }
            self.word(bytes.get(word_start..at).unwrap_or_default());
            word_start = at + 1;
            match byte {
                b'(' => {
                    self.parentheses += 1;
                    self.blocks += 1;
                }
                b')' if self.parentheses > 0 => {
                    self.parentheses -= 1;
                    self.blocks = self.blocks.saturating_sub(1);
                }
                b'{' => self.blocks += 1,
                b'}' => self.blocks = self.blocks.saturating_sub(1),
                _ => {}
            }
            if !self.is_harmless() {
                return false;
            }
        }
        self.word(bytes.get(word_start..).unwrap_or_default());
        self.is_harmless()
    }

    fn word(&mut self, word: &[u8]) {
        match word {
            b"case" => {
                self.cases += 1;
                self.blocks += 1;
            }
            b"esac" => {
                self.cases = self.cases.saturating_sub(1);
                self.blocks = self.blocks.saturating_sub(1);
            }
            b"if" | b"do" => self.blocks += 1,
            b"fi" | b"done" => self.blocks = self.blocks.saturating_sub(1),
            _ => {}
        }
    }
}
