//! What the documentation shows is what the program says.
