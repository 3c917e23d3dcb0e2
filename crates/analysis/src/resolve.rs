//! From a reference to the document that defines its target.
