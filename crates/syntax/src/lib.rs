//! YAML as a tree over a rope.
