//! Random numbers, the same in every run.

/// A generator.
pub struct Draw(u64);

impl Draw {
    /// The generator of a stream.
    pub fn new(seed: u64) -> Self {
        Self(seed << 32 | 1)
    }

    /// A number below a bound.
    pub fn below(&mut self, bound: u64) -> u64 {
        self.0 = self.0.wrapping_mul(0x5851_f42d_4c95_7f2d).wrapping_add(0x1405_7b7e_f767_814f);
        // The low bits of such a generator repeat soon.
        (self.0 >> 33) % bound
    }

    /// A number between two, both included.
    pub fn between(&mut self, low: i64, high: i64) -> i64 {
        low + self.below((high - low + 1) as u64) as i64
    }

    /// Once in so many draws.
    pub fn once_in(&mut self, times: u64) -> bool {
        self.below(times) == 0
    }
}
