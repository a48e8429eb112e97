//! What a project that builds on Ballast would write: shown in docs/integrators.md, word for word.
