//! Clusters that are brought to a description: small nodes in process, with real programs.

mod bench;
mod deploying;
mod devnet;
mod differences;
mod founding;
mod refusals;
