//! The built command against a node in process, as people and programs use it.

mod audit;
mod bench;
mod governing;
mod margins;
mod migrating;
mod offline;
mod rescues;
mod trading;
mod wrong;
