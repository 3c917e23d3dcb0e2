//! Where documents are named: URIs outside, engine paths inside.
//!
//! The engine knows a file by an absolute, `/`-separated path. A `file:` URI becomes that path
//! whatever way the client encodes it (`%3A`, upper or lower case drive letters), so that the same
//! file never exists twice. Everything else (`untitled:`, `vscode-vfs:`, `git:`) stays opaque: the
//! URI itself is the name, and the document works like any other.
//!
//! Invariant: `to_uri(&to_path(uri))` names the same file as `uri`, for every URI.

use std::sync::Arc;

use lsp_types::Url;

/// The engine's name of the document behind a URI.
pub fn to_path(uri: &Url) -> Arc<str> {
    file_path(uri).unwrap_or_else(|| uri.as_str().into())
}

/// The URI of an engine path; `None` for a name that is neither a path nor a URI.
pub fn to_uri(path: &str) -> Option<Url> {
    if !is_absolute(path) {
        return Url::parse(path).ok();
    }
    let mut uri = Url::parse("file:///").ok()?;
    let mut rest = path;
    if let Some(unc) = path.strip_prefix("//") {
        let (host, share) = unc.split_once('/').unwrap_or((unc, ""));
        uri.set_host(Some(host)).ok()?;
        rest = share;
    }
    uri.path_segments_mut()
        .ok()?
        .clear()
        .extend(rest.trim_start_matches('/').split('/'));
    Some(uri)
}

/// The engine path of a native absolute path, which on Windows has backslashes and a drive.
pub fn from_native(path: &str) -> Arc<str> {
    let path = path.strip_prefix(r"\\?\").unwrap_or(path);
    if is_drive(path) || path.starts_with(r"\\") {
        with_lower_drive(&path.replace('\\', "/")).into()
    } else {
        path.into()
    }
}

/// Whether `path` is `folder` or lies in it.
pub fn is_within(path: &str, folder: &str) -> bool {
    let folder = folder.strip_suffix('/').unwrap_or(folder);
    path.strip_prefix(folder)
        .is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
}

fn file_path(uri: &Url) -> Option<Arc<str>> {
    if uri.scheme() != "file" {
        return None;
    }
    let path = percent_decode(uri.path())?;
    if let Some(host) = uri.host_str().filter(|host| !host.is_empty()) {
        return Some(format!("//{host}{path}").into());
    }
    let drive = path.get(1..).filter(|rest| is_drive(rest));
    Some(drive.map_or_else(
        || path.as_str().into(),
        |rest| with_lower_drive(rest).into(),
    ))
}

/// `None` where the bytes are not UTF-8: such a name cannot be a path of ours.
fn percent_decode(text: &str) -> Option<String> {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let [first, tail @ ..] = rest {
        rest = tail;
        let decoded = match (*first, tail) {
            (b'%', [high, low, after @ ..]) => hex(*high).zip(hex(*low)).map(|(h, l)| {
                rest = after;
                h << 4 | l
            }),
            _ => None,
        };
        bytes.push(decoded.unwrap_or(*first));
    }
    String::from_utf8(bytes).ok()
}

fn hex(digit: u8) -> Option<u8> {
    char::from(digit)
        .to_digit(16)
        .and_then(|value| u8::try_from(value).ok())
}

fn is_absolute(path: &str) -> bool {
    path.starts_with('/') || is_drive(path)
}

/// `c:` at the end or before a separator. A one-letter URI scheme does not exist in practice.
fn is_drive(path: &str) -> bool {
    let bytes = path.as_bytes();
    bytes.len() >= 2
        && bytes[0].is_ascii_alphabetic()
        && bytes[1] == b':'
        && matches!(bytes.get(2), None | Some(b'/' | b'\\'))
}

/// Windows compares drive letters without case; editors disagree about which one they send.
fn with_lower_drive(path: &str) -> String {
    let mut path = path.to_owned();
    if is_drive(&path) {
        path[..1].make_ascii_lowercase();
    }
    path
}

#[cfg(test)]
mod tests {
    use super::*;

    fn path(uri: &str) -> String {
        to_path(&Url::parse(uri).unwrap()).to_string()
    }

    #[test]
    fn file_uris_become_paths() {
        assert_eq!(path("file:///a/b.yaml"), "/a/b.yaml");
        assert_eq!(path("file:///a%20b/%C3%BC%41.yaml"), "/a b/üA.yaml");
        assert_eq!(path("file:///a b.yaml"), "/a b.yaml");
        assert_eq!(path("file:///100%25/%zz%"), "/100%/%zz%");
        assert_eq!(path("file:///a%23b%3Fc.yaml"), "/a#b?c.yaml");
    }

    #[test]
    fn windows_drives_are_one_path_however_written() {
        for uri in [
            "file:///c%3A/Users/x.yaml",
            "file:///C:/Users/x.yaml",
            "file:///c:/Users/x.yaml",
        ] {
            assert_eq!(path(uri), "c:/Users/x.yaml");
        }
        assert_eq!(&*from_native(r"C:\Users\x.yaml"), "c:/Users/x.yaml");
        assert_eq!(&*from_native(r"\\?\C:\Users"), "c:/Users");
        assert_eq!(&*from_native(r"\\host\share\x"), "//host/share/x");
        assert_eq!(path("file://host/share/x"), "//host/share/x");
        assert_eq!(&*from_native(r"/tmp/a\b"), r"/tmp/a\b");
    }

    #[test]
    fn other_schemes_stay_opaque() {
        for uri in [
            "untitled:Untitled-1",
            "vscode-vfs://github/a/b/x.yaml",
            "git:/a/b.yaml?%7B%7D",
        ] {
            assert_eq!(path(uri), uri);
            assert_eq!(to_uri(uri).unwrap().as_str(), uri);
        }
        // Not UTF-8: no path, but still a document.
        assert_eq!(path("file:///%FF.yaml"), "file:///%FF.yaml");
    }

    #[test]
    fn paths_come_back() {
        for name in [
            "/a/b.yaml",
            "/a b/ü#?%41.yaml",
            "c:/Users/x.yaml",
            "//host/share/x.yaml",
            "/",
        ] {
            assert_eq!(&*to_path(&to_uri(name).unwrap()), name);
        }
        assert_eq!(to_uri("no scheme"), None);
    }

    #[test]
    fn containment_is_by_segment() {
        assert!(is_within("/a/b", "/a") && is_within("/a/b", "/a/") && is_within("/a", "/a"));
        assert!(is_within("/a", "/"));
        assert!(!is_within("/ab", "/a"));
    }
}
