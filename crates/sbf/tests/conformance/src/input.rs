//! Inputs drawn from a seed, biased towards the values where arithmetic goes wrong.
//! Uses nothing wider than 64 bits and no division, so that a fault in what is under
//! test does not hide itself by changing the question.

const FLOAT_EDGES: [u64; 24] = [
    0x0000_0000_0000_0000, // 0
    0x0000_0000_0000_0001, // smallest subnormal
    0x000f_ffff_ffff_ffff, // largest subnormal
    0x0010_0000_0000_0000, // smallest normal
    0x3cb0_0000_0000_0000, // 2^-52
    0x3fdf_ffff_ffff_ffff, // just below 0.5
    0x3fe0_0000_0000_0000, // 0.5
    0x3fef_ffff_ffff_ffff, // just below 1
    0x3ff0_0000_0000_0000, // 1
    0x3ff8_0000_0000_0000, // 1.5
    0x4004_0000_0000_0000, // 2.5
    0x41df_ffff_ffc0_0000, // i32::MAX
    0x41e0_0000_0000_0000, // 2^31
    0x41ef_ffff_ffe0_0000, // u32::MAX
    0x4330_0000_0000_0000, // 2^52
    0x433f_ffff_ffff_ffff, // 2^53 - 1
    0x4340_0000_0000_0000, // 2^53
    0x43e0_0000_0000_0000, // 2^63
    0x43ef_ffff_ffff_ffff, // just below 2^64
    0x43f0_0000_0000_0000, // 2^64
    0x47e0_0000_0000_0000, // 2^127
    0x7fef_ffff_ffff_ffff, // largest
    0x7ff0_0000_0000_0000, // infinity
    0x7ff8_0000_0000_0000, // NaN
];

pub struct Input {
    state: u64,
    last: u64,
    last_wide: (u64, u64),
}

impl Input {
    pub fn new(seed: u64) -> Self {
        // Neighbouring seeds would otherwise give sequences that overlap.
        let mut seeding = Input::at(seed ^ 0x5851_f42d_4c95_7f2d);
        Input::at(seeding.raw())
    }

    fn at(state: u64) -> Self {
        Input { state, last: 0, last_wide: (0, 0) }
    }

    /// splitmix64.
    pub fn raw(&mut self) -> u64 {
        self.state = self.state.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.state;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    /// Uniform in `0..bound`; `bound` fits 32 bits.
    pub fn below(&mut self, bound: u64) -> u64 {
        ((self.raw() >> 32) * bound) >> 32
    }

    pub fn index(&mut self, bound: usize) -> usize {
        self.below(bound as u64) as usize
    }

    pub fn bool(&mut self) -> bool {
        self.raw() >> 63 == 1
    }

    /// The low `width` bits are the number; what is above them is arbitrary.
    fn bits(&mut self, width: u64) -> u64 {
        let top = 1u64 << (width - 1);
        let edges = [0, 1, 2, u64::MAX, u64::MAX - 1, top, top - 1, top + 1];
        let raw = self.raw();
        let value = match self.below(8) {
            0 => edges[self.index(8)],
            1 => (1u64 << self.below(width)).wrapping_add(self.below(3).wrapping_sub(1)),
            2 => (raw & (top | (top - 1))) >> self.below(width),
            3 => !((raw & (top | (top - 1))) >> self.below(width)),
            4 => self.last,
            _ => raw,
        };
        self.last = value;
        value
    }

    /// Low and high half of a 128-bit number.
    fn halves(&mut self) -> (u64, u64) {
        let value = match self.below(9) {
            0 => match self.below(6) {
                0 => (0, 0),
                1 => (1, 0),
                2 => (u64::MAX, u64::MAX),
                3 => (0, 1 << 63),
                4 => (u64::MAX, u64::MAX >> 1),
                _ => (0, 1),
            },
            1 => {
                let bit = self.below(128);
                let (low, high) = if bit < 64 { (1u64 << bit, 0u64) } else { (0, 1 << (bit - 64)) };
                match self.below(3) {
                    0 => (low.wrapping_sub(1), high.wrapping_sub((low == 0) as u64)),
                    1 => (low, high),
                    _ => (low | 1, high),
                }
            }
            2 => (self.bits(64), 0),
            3 => {
                let low = self.bits(64);
                (low, ((low as i64) >> 63) as u64)
            }
            4 => self.last_wide,
            5 => (self.bits(64), self.bits(64)),
            6 => (self.raw(), self.raw() >> self.below(64)),
            _ => (self.raw(), self.raw()),
        };
        self.last_wide = value;
        value
    }

    pub fn u128(&mut self) -> u128 {
        let (low, high) = self.halves();
        (high as u128) << 64 | low as u128
    }

    pub fn i128(&mut self) -> i128 {
        self.u128() as i128
    }

    /// Never zero.
    pub fn divisor(&mut self) -> u128 {
        match self.u128() {
            0 => 1,
            value => value,
        }
    }

    /// Any bits of a double but no signalling NaN, which the host's own operations treat
    /// in more than one way.
    pub fn f64(&mut self) -> f64 {
        let raw = self.raw();
        let sign = raw & (1 << 63);
        let bits = match self.below(8) {
            0 | 1 => sign | FLOAT_EDGES[self.index(FLOAT_EDGES.len())],
            // Magnitudes near one, so that sums cancel and comparisons are close.
            2 => sign | (1013 + self.below(20)) << 52 | raw & ((1 << 52) - 1),
            // The same with few bits set: integers, halves, ties.
            3 => {
                sign | (1013 + self.below(80)) << 52 | (raw << 20 >> 12) & !(u64::MAX >> 12 >> self.below(20))
            }
            4 => self.last,
            5 => self.last ^ 1 << self.below(64),
            _ => raw,
        };
        let nan = bits & (u64::MAX >> 1) > 0x7ff0_0000_0000_0000;
        let bits = if nan { bits | 1 << 51 } else { bits };
        self.last = bits;
        f64::from_bits(bits)
    }

    /// As [`Input::f64`], for single precision.
    pub fn f32(&mut self) -> f32 {
        let raw = self.raw() as u32;
        let sign = raw & (1 << 31);
        let bits = match self.below(8) {
            0 | 1 => {
                let wide = FLOAT_EDGES[self.index(FLOAT_EDGES.len())];
                match wide >> 52 {
                    0 => sign | wide as u32 & 0x007f_ffff,
                    0x7ff => sign | 0x7f80_0000 | (wide >> 29) as u32 & 0x007f_ffff,
                    0x7fe => sign | 0x7f7f_ffff,
                    exponent => {
                        let mantissa = (wide >> 29) as u32 & 0x007f_ffff;
                        sign | (((exponent as u32).saturating_sub(896)) & 0xff) << 23 | mantissa
                    }
                }
            }
            2 => sign | (117 + self.below(20) as u32) << 23 | raw & 0x007f_ffff,
            3 => sign | (117 + self.below(80) as u32) << 23 | raw & 0x0078_0000,
            4 => self.last as u32,
            5 => self.last as u32 ^ 1 << self.below(32),
            _ => raw,
        };
        let nan = bits & (u32::MAX >> 1) > 0x7f80_0000;
        let bits = if nan { bits | 1 << 22 } else { bits };
        self.last = bits as u64;
        f32::from_bits(bits)
    }

    pub fn fill(&mut self, bytes: &mut [u8]) {
        for byte in bytes {
            *byte = self.raw() as u8;
        }
    }

    pub fn char(&mut self) -> char {
        let limit = [0x80, 0x800, 0x1_0000, 0x11_0000][self.index(4)];
        char::from_u32(self.below(limit) as u32).unwrap_or('\u{fffd}')
    }
}

macro_rules! integers {
    ($($name:ident),*) => {
        impl Input {
            $(pub fn $name(&mut self) -> $name {
                self.bits($name::BITS as u64) as $name
            })*
        }
    };
}
integers!(u8, u16, u32, u64, i8, i16, i32, i64, usize);
