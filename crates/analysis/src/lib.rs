//! What Tekton documents mean.
