//! Days of the Gregorian calendar, in UTC.

/// Seconds of a day.
const DAY: i64 = 86_400;

/// Days from 1970 until a day of the Gregorian calendar; years begin in March, so that leap days come last.
pub fn days(year: i64, month: i64, day: i64) -> i64 {
    let year = if month <= 2 { year - 1 } else { year };
    let (era, of_era) = (year.div_euclid(400), year.rem_euclid(400));
    let of_year = (153 * ((month + 9) % 12) + 2) / 5 + day - 1;
    era * 146_097 + of_era * 365 + of_era / 4 - of_era / 100 + of_year - 719_468
}

/// Year, month and day, so many days after 1970.
pub fn civil(days: i64) -> (i64, i64, i64) {
    let days = days + 719_468;
    let (era, of_era) = (days.div_euclid(146_097), days.rem_euclid(146_097));
    let year = (of_era - of_era / 1_460 + of_era / 36_524 - of_era / 146_096) / 365;
    let of_year = of_era - (365 * year + year / 4 - year / 100);
    let march = (5 * of_year + 2) / 153;
    let (month, day) = ((march + 2) % 12 + 1, of_year - (153 * march + 2) / 5 + 1);
    (era * 400 + year + i64::from(month <= 2), month, day)
}

/// A day as people write it.
pub fn day(unix: i64) -> String {
    let (year, month, day) = civil(unix.div_euclid(DAY));
    format!("{year:04}-{month:02}-{day:02}")
}

/// Days from a Thursday, which 1970 began with, to a Friday.
const FRIDAY: i64 = 1;

/// So many Fridays at a second of their day, from the first one that is more than a day ahead.
pub fn fridays(now: i64, second: i64, count: i64) -> Vec<i64> {
    let tomorrow = (now + DAY - second).div_euclid(DAY) + 1;
    let first = tomorrow + (FRIDAY - tomorrow).rem_euclid(7);
    (0..count).map(|week| (first + 7 * week) * DAY + second).collect()
}
