//! What a story says while it is played: a line for each step, with how long it took.

use std::time::Instant;

/// The voice of one story.
pub struct Told {
    begun: Instant,
    last: Instant,
    steps: usize,
}

impl Told {
    /// Begins a story.
    pub fn begin(title: &str) -> Self {
        println!("\n{title}");
        let now = Instant::now();
        Self { begun: now, last: now, steps: 0 }
    }

    /// Says that a step is done.
    pub fn done(&mut self, what: &str) {
        self.steps += 1;
        println!("{:>3}. {:>5.1} s  {what}", self.steps, self.last.elapsed().as_secs_f32());
        self.last = Instant::now();
    }

    /// Ends the story.
    pub fn end(&self) {
        println!("     {:>5.1} s  in all", self.begun.elapsed().as_secs_f32());
    }
}
