//! Brings a cluster to a description: programs deployed, a group set up, and nothing done twice.
//!
//! It must not know any particular cluster: what there shall be is in the description.

#![warn(missing_docs)]
