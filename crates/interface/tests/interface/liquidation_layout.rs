//! Where the fields of the liquidation program's accounts lie, counted by hand.

use anchor_lang::{Discriminator, Owner};
use ballast_interface::{
    ids,
    liquidation::{Auction, Bought, Cover, Fund, RescueRules, Stake, MAX_COVERS},
};
use std::mem::{align_of, offset_of, size_of};

macro_rules! places {
    ($layout:ident: $($field:ident $place:expr),+ $(,)?) => {
        $(assert_eq!(
            offset_of!($layout, $field), $place,
            concat!(stringify!($layout), ".", stringify!($field))
        );)+
    };
}

#[test]
fn a_fund_and_its_rules() {
    assert_eq!((Fund::SIZE, align_of::<Fund>(), size_of::<RescueRules>()), (960, 8, 88));
    places!(Fund: version 0, bump 1, rescuer_bump 2, padding 3, era 4, group 8, vault 40, assets 72);
    places!(Fund: shares 80, earned 88, paid 96, rules 104, covers 192, swept_at 192 + 24 * 24);
    places!(Fund: reserved 776);
    assert_eq!((size_of::<Cover>(), MAX_COVERS), (24, 24));
    places!(Cover: meter 0, market 16, taken 18, padding 19);
    places!(RescueRules: target 0, discount_start 8, discount_full 16, insurance 24, token_start 32);
    places!(RescueRules: token_full 40, small 48, small_reward 56, market_cap 64, market_seconds 72);
    places!(RescueRules: auction_seconds 76, grace_seconds 80, cooldown_seconds 84);
}

#[test]
fn an_auction_and_a_stake() {
    assert_eq!((Auction::SIZE, align_of::<Auction>(), size_of::<Bought>()), (376, 8, 16));
    places!(Auction: version 0, bump 1, hop 2, idle 3, padding 4, group 8, margin_account 40, beginner 72);
    places!(Auction: began_at 104, taken_at 112, hop_at 120, takings 128, discounts 136, bought 144);
    places!(Auction: small_paid 144 + 8 * 16, reserved 152 + 8 * 16);
    places!(Bought: paid 0, market 8, padding 10);
    assert_eq!((Stake::SIZE, align_of::<Stake>()), (128, 8));
    places!(Stake: version 0, bump 1, padding 2, era 4, fund 8, owner 40, shares 72, leaving 80);
    places!(Stake: leaves_at 88, reserved 96);
}

#[test]
fn a_stake_begins_with_its_name() {
    // First eight bytes of SHA-256 of "account:Stake".
    assert_eq!(Stake::DISCRIMINATOR, [150, 197, 176, 29, 55, 132, 112, 149]);
    assert_eq!((Stake::owner(), Stake::VERSION), (ids::LIQUIDATION, 1));
}
