//! Writes a file so that every reader sees the old text or the new one, never a part.

use std::fs::{self, Metadata};
use std::io::{self, Write};
use std::path::Path;

/// Replaces the text of an existing file, unless it is no longer what it was.
///
/// A temporary file in the same directory is renamed over it. Permissions stay, and so does the
/// owner where we may set one. The path must be the real one: a symbolic link would be replaced
/// by a file.
pub(crate) fn replace(path: &Path, old: &str, new: &str) -> io::Result<()> {
    let metadata = fs::metadata(path)?;
    if metadata.permissions().readonly() {
        // Renaming would get around what somebody has asked for.
        return Err(io::Error::new(
            io::ErrorKind::PermissionDenied,
            "the file is read-only",
        ));
    }
    if fs::read(path)? != old.as_bytes() {
        return Err(io::Error::other(
            "somebody else has changed the file meanwhile",
        ));
    }
    let directory = path.parent().unwrap_or(Path::new("."));
    let mut temporary = tempfile::Builder::new()
        .prefix(".konflux-ls-")
        .tempfile_in(directory)?;
    temporary.write_all(new.as_bytes())?;
    keep_owner(temporary.path(), &metadata);
    temporary
        .as_file()
        .set_permissions(metadata.permissions())?;
    temporary.as_file().sync_all()?;
    temporary.persist(path).map_err(|error| error.error)?;
    Ok(())
}

/// Writes a file, whether there is one or not.
pub(crate) fn write(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let directory = path.parent().filter(|path| !path.as_os_str().is_empty());
    let mut temporary = tempfile::Builder::new()
        .prefix(".konflux-ls-")
        .tempfile_in(directory.unwrap_or(Path::new(".")))?;
    temporary.write_all(bytes)?;
    share(temporary.as_file())?;
    temporary.persist(path).map_err(|error| error.error)?;
    Ok(())
}

/// Temporary files are private; what was asked for is as readable as other files are.
#[cfg(unix)]
fn share(file: &fs::File) -> io::Result<()> {
    use std::os::unix::fs::PermissionsExt;
    file.set_permissions(fs::Permissions::from_mode(0o644))
}

#[cfg(not(unix))]
fn share(_file: &fs::File) -> io::Result<()> {
    Ok(())
}

/// Best effort: only the superuser may give files away.
#[cfg(unix)]
fn keep_owner(path: &Path, metadata: &Metadata) {
    use std::os::unix::fs::{MetadataExt, chown};
    let _ = chown(path, Some(metadata.uid()), Some(metadata.gid()));
}

#[cfg(not(unix))]
fn keep_owner(_path: &Path, _metadata: &Metadata) {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_changed_meanwhile_is_left_alone() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("a.yaml");
        fs::write(&path, "theirs").expect("written");
        assert!(replace(&path, "old", "new").is_err());
        assert_eq!(fs::read_to_string(&path).expect("read"), "theirs");
        replace(&path, "theirs", "new").expect("replaced");
        assert_eq!(fs::read_to_string(&path).expect("read"), "new");
        assert_eq!(
            fs::read_dir(folder.path()).expect("listed").count(),
            1,
            "nothing left over"
        );
    }
}
