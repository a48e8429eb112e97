//! Ratios stop at the ends of their range, on the side where they left it.

use ballast_margin::units::Fraction;

#[test]
fn ratios_stop_at_the_end_that_they_passed() {
    const HIGH: Fraction = Fraction(i64::MAX);
    const LOW: Fraction = Fraction(i64::MIN);
    let two = Fraction(2 << 40);
    assert_eq!((HIGH.plus(HIGH), LOW.plus(LOW), LOW.minus(HIGH), HIGH.minus(LOW)), (HIGH, LOW, LOW, HIGH));
    assert_eq!((HIGH.times_down(two), LOW.times_down(two)), (HIGH, LOW));
    assert_eq!(HIGH.times_up(two), HIGH);
    // The least number has no counterpart: its negative stops one before.
    assert_eq!(LOW.times_up(two), Fraction(-i64::MAX));
    // Half a unit, both ways.
    let half = Fraction(1 << 39);
    assert_eq!((Fraction(3).times_down(half), Fraction(3).times_up(half)), (Fraction(1), Fraction(2)));
    assert_eq!((Fraction(-3).times_down(half), Fraction(-3).times_up(half)), (Fraction(-2), Fraction(-1)));
}
