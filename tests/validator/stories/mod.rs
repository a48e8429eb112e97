//! An exchange from its deployment on: its trader, venue, keeper and governor, an upgrade, and a restart.
