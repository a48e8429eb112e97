//! Functions whose last digit is the library's own choice. Every word is the bits of a
//! float and may differ a little from the host's.

use crate::case::cases;
use crate::input::Input;
use crate::output::Output;

cases![exponentials, logarithms, powers, circular, inverse_circular, hyperbolic, single];

/// Between 2^-10 and 2^6, where no function here loses its digits to the argument.
fn moderate(input: &mut Input) -> f64 {
    let raw = input.raw();
    f64::from_bits((1013 + input.below(16)) << 52 | raw >> 12)
}

fn signed(input: &mut Input) -> f64 {
    let value = moderate(input);
    if input.bool() {
        -value
    } else {
        value
    }
}

fn exponentials(input: &mut Input, output: &mut Output) {
    let a = signed(input);
    output.put((a.exp(), a.exp2(), a.exp_m1()));
}

fn logarithms(input: &mut Input, output: &mut Output) {
    let a = moderate(input);
    output.put((a.ln(), a.log2(), a.log10(), a.ln_1p()));
}

fn powers(input: &mut Input, output: &mut Output) {
    let (a, b) = (moderate(input), signed(input));
    output.put((a.powf(b), a.powf(0.5), b.cbrt(), a.hypot(b)));
}

fn circular(input: &mut Input, output: &mut Output) {
    let a = signed(input);
    output.put((a.sin(), a.cos(), a.tan()));
}

fn inverse_circular(input: &mut Input, output: &mut Output) {
    let (a, b) = (signed(input), signed(input));
    output.put((a.atan(), a.atan2(b), (a / 64.0).asin(), (a / 64.0).acos()));
}

fn hyperbolic(input: &mut Input, output: &mut Output) {
    let a = signed(input);
    output.put((a.sinh(), a.cosh(), a.tanh(), a.asinh()));
}

fn single(input: &mut Input, output: &mut Output) {
    let (a, b) = (moderate(input) as f32, signed(input) as f32 / 4.0);
    output.put([a.exp(), a.ln(), b.sin(), b.cos(), a.powf(b), b.atan()]);
}
