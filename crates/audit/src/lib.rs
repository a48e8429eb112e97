//! What must hold of a group's books, computed anew from the accounts' bytes.
//!
//! It must not use the programs' arithmetic: whoever checks with the same formula finds the same mistake right.

#![warn(missing_docs)]
