//! Soon.

pub mod scan;
