//! Planted bugs: every check of a rescue finds what it is about.
