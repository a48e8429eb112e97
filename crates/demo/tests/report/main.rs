//! The report shows what the record says, in one file that needs no other, and in a terminal.

mod fixture;
mod page;
mod script;
mod terminal;
