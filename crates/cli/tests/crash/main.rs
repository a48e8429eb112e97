//! Keepers as processes against a node, two hundred accounts and a crash: none is missed, nothing is done twice, whatever
//! happens to the keepers, the node and what is between them.

mod arena;
mod keepers;
mod outcome;
mod story;
