//! How much a validator takes, and what holds it up.
