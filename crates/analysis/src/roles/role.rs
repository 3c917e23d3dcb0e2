//! What a task may be for.

/// What a task does to artifacts.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
#[allow(missing_docs, reason = "the words are explained in the guide to roles")]
pub enum Role {
    Source,
    PrepareSource,
    Init,
    Collect,
    Validate,
    Build,
    Modify,
    Convert,
    Attach,
    ScanTest,
    Gate,
    Extract,
    Publish,
    SignMetadata,
    SignContent,
    Sbom,
    Metadata,
    Deploy,
    Delegate,
    Orchestrate,
    Notify,
    Report,
    Provision,
    Cleanup,
    Generic,
    Sample,
}

impl Role {
    /// All of them.
    pub(crate) const ALL: [Role; 26] = [
        Role::Source,
        Role::PrepareSource,
        Role::Init,
        Role::Collect,
        Role::Validate,
        Role::Build,
        Role::Modify,
        Role::Convert,
        Role::Attach,
        Role::ScanTest,
        Role::Gate,
        Role::Extract,
        Role::Publish,
        Role::SignMetadata,
        Role::SignContent,
        Role::Sbom,
        Role::Metadata,
        Role::Deploy,
        Role::Delegate,
        Role::Orchestrate,
        Role::Notify,
        Role::Report,
        Role::Provision,
        Role::Cleanup,
        Role::Generic,
        Role::Sample,
    ];

    /// The role of a word.
    pub fn named(word: &str) -> Option<Role> {
        Role::ALL.into_iter().find(|role| role.as_str() == word)
    }

    /// The word for it in output and annotations.
    pub fn as_str(self) -> &'static str {
        match self {
            Role::Source => "source",
            Role::PrepareSource => "prepare-source",
            Role::Init => "init",
            Role::Collect => "collect",
            Role::Validate => "validate",
            Role::Build => "build",
            Role::Modify => "modify",
            Role::Convert => "convert",
            Role::Attach => "attach",
            Role::ScanTest => "scan-test",
            Role::Gate => "gate",
            Role::Extract => "extract",
            Role::Publish => "publish",
            Role::SignMetadata => "sign-metadata",
            Role::SignContent => "sign-content",
            Role::Sbom => "sbom",
            Role::Metadata => "metadata",
            Role::Deploy => "deploy",
            Role::Delegate => "delegate",
            Role::Orchestrate => "orchestrate",
            Role::Notify => "notify",
            Role::Report => "report",
            Role::Provision => "provision",
            Role::Cleanup => "cleanup",
            Role::Generic => "generic",
            Role::Sample => "sample",
        }
    }
}
