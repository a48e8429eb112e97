//! Signs of life during long work, on terminals only.

use indicatif::ProgressBar;
use std::{future::Future, time::Duration};

/// Turns a wheel beside some words until the work is done.
pub async fn while_waiting<T>(words: &'static str, work: impl Future<Output = T>) -> T {
    // It draws on the standard error, and nothing where that is no terminal.
    let wheel = ProgressBar::new_spinner().with_message(words);
    wheel.enable_steady_tick(Duration::from_millis(100));
    let done = work.await;
    wheel.finish_and_clear();
    done
}
