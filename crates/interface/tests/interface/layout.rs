//! Where every field lies, counted by hand: an account that exists cannot be read by another layout.

use ballast_interface::{
    account::{Collateral, Delegate, Group, GroupRules, Leg, MarginAccount, MarketBook, Meter},
    Fixed64, Wide,
};
use std::mem::{align_of, offset_of, size_of};

#[test]
fn group() {
    assert_eq!((size_of::<Group>(), Group::SIZE), (1_016, 1_024));
    assert_eq!(offset_of!(Group, version), 0);
    assert_eq!(offset_of!(Group, bump), 1);
    assert_eq!(offset_of!(Group, index), 2);
    assert_eq!(offset_of!(Group, quote_decimals), 4);
    assert_eq!(offset_of!(Group, creator), 8);
    assert_eq!(offset_of!(Group, authority), 40);
    assert_eq!(offset_of!(Group, guardian), 72);
    assert_eq!(offset_of!(Group, quote_mint), 104);
    assert_eq!(offset_of!(Group, quote_token_program), 136);
    assert_eq!(offset_of!(Group, risk_program), 168);
    assert_eq!(offset_of!(Group, liquidation_program), 200);
    assert_eq!((offset_of!(Group, vault), offset_of!(Group, rescuer)), (232, 264));
    assert_eq!((offset_of!(Group, deposit_index), offset_of!(Group, debt_index)), (296, 312));
    assert_eq!((offset_of!(Group, deposit_shares), offset_of!(Group, debt_shares)), (328, 344));
    assert_eq!(offset_of!(Group, interest_at), 360);
    assert_eq!((offset_of!(Group, cash), offset_of!(Group, interest)), (368, 376));
    assert_eq!(offset_of!(Group, uncounted), 384);
    assert_eq!((offset_of!(Group, fees), offset_of!(Group, venue_fees)), (392, 400));
    assert_eq!((offset_of!(Group, outflow_hour), offset_of!(Group, outflow_day)), (408, 424));
    assert_eq!((offset_of!(Group, paused), offset_of!(Group, padding_paused)), (440, 444));
    assert_eq!((offset_of!(Group, paused_until), offset_of!(Group, bank_count)), (448, 456));
    assert_eq!((offset_of!(Group, venue_count), offset_of!(Group, market_count)), (458, 460));
    assert_eq!(offset_of!(Group, padding_counts), 462);
    assert_eq!((offset_of!(Group, rules), offset_of!(Group, insurance)), (464, 464 + 96));
    assert_eq!((offset_of!(Group, deposit_era), offset_of!(Group, reserved)), (568, 572));
}

#[test]
fn rules_and_meters_of_a_group() {
    assert_eq!((size_of::<GroupRules>(), size_of::<Meter>()), (96, 16));
    assert_eq!((offset_of!(GroupRules, fee_owner), offset_of!(GroupRules, fee_share)), (0, 32));
    assert_eq!((offset_of!(GroupRules, rate_idle), offset_of!(GroupRules, rate_kink)), (40, 48));
    assert_eq!((offset_of!(GroupRules, rate_full), offset_of!(GroupRules, kink)), (56, 64));
    assert_eq!(offset_of!(GroupRules, borrow_cap), 72);
    assert_eq!((offset_of!(GroupRules, outflow_hour), offset_of!(GroupRules, outflow_day)), (80, 88));
    assert_eq!((offset_of!(Meter, level), offset_of!(Meter, at)), (0, 8));
}

#[test]
fn margin_account() {
    assert_eq!((size_of::<MarginAccount>(), MarginAccount::SIZE), (5_624, 5_632));
    assert_eq!(align_of::<MarginAccount>(), 8);
    assert_eq!(offset_of!(MarginAccount, version), 0);
    assert_eq!(offset_of!(MarginAccount, bump), 1);
    assert_eq!(offset_of!(MarginAccount, sub_id), 2);
    assert_eq!(offset_of!(MarginAccount, has_record), 4);
    assert_eq!(offset_of!(MarginAccount, group), 8);
    assert_eq!(offset_of!(MarginAccount, owner), 40);
    assert_eq!(offset_of!(MarginAccount, sequence), 72);
    assert_eq!(offset_of!(MarginAccount, cash), 80);
    assert_eq!(offset_of!(MarginAccount, cash_index), 88);
    assert_eq!(offset_of!(MarginAccount, liquidation_since), 104);
    assert_eq!(offset_of!(MarginAccount, delegates), 112);
    assert_eq!(offset_of!(MarginAccount, collateral), 112 + 4 * 48);
    assert_eq!(offset_of!(MarginAccount, markets), 304 + 12 * 32);
    assert_eq!(offset_of!(MarginAccount, legs), 688 + 8 * 32);
    assert_eq!((offset_of!(MarginAccount, counted), offset_of!(MarginAccount, uncounted)), (5_040, 5_048));
    assert_eq!((offset_of!(MarginAccount, cash_era), offset_of!(MarginAccount, reserved)), (5_056, 5_060));
}

#[test]
fn rows() {
    assert_eq!((size_of::<Delegate>(), size_of::<Collateral>()), (48, 32));
    assert_eq!((size_of::<MarketBook>(), size_of::<Leg>()), (32, 64));
    assert_eq!((offset_of!(Delegate, key), offset_of!(Delegate, expires_at)), (0, 32));
    assert_eq!(offset_of!(Delegate, scope), 40);
    assert_eq!((offset_of!(Collateral, amount), offset_of!(Collateral, bank)), (0, 8));
    assert_eq!((offset_of!(Collateral, market), offset_of!(Collateral, reserved)), (10, 12));
    assert_eq!((offset_of!(MarketBook, unpaid_profit), offset_of!(MarketBook, market)), (0, 8));
    assert_eq!((offset_of!(MarketBook, legs), offset_of!(MarketBook, claim_era)), (10, 12));
    assert_eq!(offset_of!(MarketBook, claim_index), 16);
    assert_eq!((offset_of!(Leg, quantity), offset_of!(Leg, entry_value)), (0, 8));
    assert_eq!((offset_of!(Leg, funding_index), offset_of!(Leg, expiry)), (16, 32));
    assert_eq!((offset_of!(Leg, strike), offset_of!(Leg, market)), (40, 48));
    assert_eq!(offset_of!(Leg, kind), 50);
}

#[test]
fn wide_numbers_are_little_endian_bytes_of_any_alignment() {
    assert_eq!((size_of::<Fixed64>(), align_of::<Fixed64>()), (16, 1));
    let mut minus_two = [0; 16];
    minus_two[8] = 0xfe;
    minus_two[9..].fill(0xff);
    assert_eq!(Fixed64::from_bits(-2 << 64).bytes, minus_two);
    assert_eq!((size_of::<Wide>(), align_of::<Wide>()), (16, 1));
    assert_eq!(Wide::new(-2 << 64).bytes, minus_two);
    for bits in [0, 1, -1, i128::MIN, i128::MAX] {
        assert_eq!(Fixed64::from_bits(bits).to_bits(), bits);
        assert_eq!(Wide::new(bits).get(), bits);
    }
}
