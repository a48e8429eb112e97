//! A venue that contradicts itself is refused.

use crate::{code, key, money_scene::no};
use ballast_interface::account::{AccountError::*, Venue};
use bytemuck::Zeroable;

/// A twentieth of 2^40, which is 1 099 511 627 776, rounded down.
const HIGHEST_FEE: i64 = 54_975_581_388;

fn refused(change: impl FnOnce(&mut Venue)) -> Option<u32> {
    let mut venue = Venue::zeroed();
    (venue.version, venue.venue) = (1, 1);
    (venue.operator, venue.fee_owner) = (key(1), key(2));
    change(&mut venue);
    code(venue.invariant())
}

#[test]
fn a_venue_has_its_bounds() {
    assert_eq!(Venue::HIGHEST_FEE, HIGHEST_FEE);
    assert_eq!(refused(|_| ()), None);
    assert_eq!(refused(|venue| (venue.suspended, venue.fee_cap) = (1, HIGHEST_FEE)), None);
    assert_eq!(refused(|venue| venue.operator = venue.fee_owner), None);
    assert_eq!(refused(|venue| venue.version = 0), no(VenueVersionUnknown));
    assert_eq!(refused(|venue| venue.version = 2), no(VenueVersionUnknown));
    assert_eq!(refused(|venue| venue.venue = 0), no(VenueInvalid));
    assert_eq!(refused(|venue| venue.suspended = 2), no(VenueInvalid));
    assert_eq!(refused(|venue| venue.operator = key(0)), no(VenueInvalid));
    assert_eq!(refused(|venue| venue.fee_owner = key(0)), no(VenueInvalid));
    assert_eq!(refused(|venue| venue.fee_cap = -1), no(VenueInvalid));
    assert_eq!(refused(|venue| venue.fee_cap = HIGHEST_FEE + 1), no(VenueInvalid));
}
