//! Where a case puts its results: a digest always, and the words themselves when a
//! difference has to be found.

use core::fmt::{self, Write};

use crate::observe::Observe;

pub struct Output {
    digest: u64,
    total: u32,
    skip: u32,
    keep: usize,
    words: Vec<u64>,
}

impl Output {
    pub fn digesting() -> Self {
        Self::keeping(0, 0)
    }

    /// Keeps up to `keep` words after the first `skip`.
    pub fn keeping(skip: u32, keep: usize) -> Self {
        Output { digest: 0xcbf2_9ce4_8422_2325, total: 0, skip, keep, words: Vec::new() }
    }

    pub fn digest(&self) -> u64 {
        self.digest
    }

    pub fn total(&self) -> u32 {
        self.total
    }

    pub fn words(&self) -> &[u64] {
        &self.words
    }

    /// One step is a bijection of the word, so one wrong word never goes unseen.
    pub fn word(&mut self, word: u64) {
        self.digest = (self.digest ^ word).wrapping_mul(0x9e37_79b9_7f4a_7c15).rotate_left(29);
        if self.total >= self.skip && self.words.len() < self.keep {
            self.words.push(word);
        }
        self.total += 1;
    }

    pub fn put(&mut self, value: impl Observe) {
        value.observe(self);
    }

    /// Formats into a buffer on the stack: what the pieces were does not matter, and the
    /// heap of a program never shrinks.
    #[inline(never)]
    pub fn text(&mut self, arguments: fmt::Arguments<'_>) {
        let mut text = Text { bytes: [0; 1024], length: 0 };
        let fits = text.write_fmt(arguments).is_ok();
        self.put((fits, &text.bytes[..text.length]));
    }
}

struct Text {
    bytes: [u8; 1024],
    length: usize,
}

impl Write for Text {
    fn write_str(&mut self, piece: &str) -> fmt::Result {
        let end = self.length + piece.len();
        let room = self.bytes.get_mut(self.length..end).ok_or(fmt::Error)?;
        room.copy_from_slice(piece.as_bytes());
        self.length = end;
        Ok(())
    }
}
