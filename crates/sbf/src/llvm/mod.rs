//! A thin, typed layer over LLVM's C interface: only what the stages use.
//!
//! Handles are plain copies of LLVM's pointers. They are valid as long as their module is; every
//! stage runs on one thread over one module, and none keeps a handle past the erasure of what it
//! names. On that ground the wrappers below are safe functions.

mod api;
mod builder;
mod ir;
mod module;

pub use api::{open, Block, Context, Module, Type, Value};
pub use builder::{Build, Pred};
pub use ir::{attributes, calls_in, Kind, Op};
pub use module::{code, Session};

use api::{api, Attribute, Builder, Diagnostic, Handle, MemoryBuffer, TargetMachine};
