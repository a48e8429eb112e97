//! How values become words. Whatever Rust leaves open (the bits of a NaN) is made one.

use core::cmp::Ordering;

use crate::output::Output;

pub trait Observe {
    fn observe(self, output: &mut Output);
}

macro_rules! integers {
    ($($kind:ty),*) => {
        $(impl Observe for $kind {
            fn observe(self, output: &mut Output) {
                output.word(self as u64);
            }
        })*
    };
}
integers!(u8, u16, u32, u64, usize, i8, i16, i32, i64, isize, bool, char);

impl Observe for u128 {
    fn observe(self, output: &mut Output) {
        output.word(self as u64);
        output.word((self >> 64) as u64);
    }
}

impl Observe for i128 {
    fn observe(self, output: &mut Output) {
        (self as u128).observe(output);
    }
}

impl Observe for f64 {
    fn observe(self, output: &mut Output) {
        let bits = self.to_bits();
        let nan = bits & (u64::MAX >> 1) > 0x7ff0_0000_0000_0000;
        output.word(if nan { 0x7ff8_0000_0000_0000 } else { bits });
    }
}

impl Observe for f32 {
    fn observe(self, output: &mut Output) {
        let bits = self.to_bits();
        let nan = bits & (u32::MAX >> 1) > 0x7f80_0000;
        output.word(if nan { 0x7fc0_0000 } else { bits as u64 });
    }
}

impl Observe for () {
    fn observe(self, _: &mut Output) {}
}

impl Observe for Ordering {
    fn observe(self, output: &mut Output) {
        output.word(self as i8 as u64);
    }
}

impl Observe for &[u8] {
    fn observe(self, output: &mut Output) {
        output.word(self.len() as u64);
        for chunk in self.chunks(8) {
            let mut word = 0;
            for (place, byte) in chunk.iter().enumerate() {
                word |= (*byte as u64) << (place * 8);
            }
            output.word(word);
        }
    }
}

impl Observe for &str {
    fn observe(self, output: &mut Output) {
        self.as_bytes().observe(output);
    }
}

impl<T: Observe> Observe for Option<T> {
    fn observe(self, output: &mut Output) {
        output.word(self.is_some() as u64);
        if let Some(value) = self {
            value.observe(output);
        }
    }
}

impl<T: Observe, E: Observe> Observe for Result<T, E> {
    fn observe(self, output: &mut Output) {
        output.word(self.is_ok() as u64);
        match self {
            Ok(value) => value.observe(output),
            Err(error) => error.observe(output),
        }
    }
}

impl<T: Observe, const N: usize> Observe for [T; N] {
    fn observe(self, output: &mut Output) {
        for value in self {
            value.observe(output);
        }
    }
}

macro_rules! tuples {
    ($(($($kind:ident $place:tt),*))*) => {
        $(impl<$($kind: Observe),*> Observe for ($($kind,)*) {
            fn observe(self, output: &mut Output) {
                $(self.$place.observe(output);)*
            }
        })*
    };
}
tuples! {
    (A 0, B 1)
    (A 0, B 1, C 2)
    (A 0, B 1, C 2, D 3)
    (A 0, B 1, C 2, D 3, E 4)
    (A 0, B 1, C 2, D 3, E 4, F 5)
}
