//! Where the fields of the other accounts lie, counted by hand, and by which eight bytes each begins.

use anchor_lang::{prelude::Pubkey, Discriminator, Owner};
use ballast_interface::{
    account::{
        Bank, Group, MarginAccount, Market, MarketDate, MarketTerms, OrderFill, OrderRecord, Trigger, Venue,
        VenueFees, Waiting,
    },
    ids,
    liquidation::{Auction, Fund, SolvencyEpoch, SolvencyReport},
    risk::{
        Attested, Change, Committee, DateRisk, Feed, MarketRisk, MarketRules, Model, ModelCorrelation,
        ModelParameters, ModelRow, PredictorRules, PriceCache,
    },
};
use std::mem::{align_of, offset_of, size_of};

/// Checks fields' places, in the order in which they are given.
macro_rules! places {
    ($layout:ident: $($field:ident $place:expr),+ $(,)?) => {
        $(assert_eq!(
            offset_of!($layout, $field), $place,
            concat!(stringify!($layout), ".", stringify!($field))
        );)+
    };
}

#[test]
fn a_model() {
    assert_eq!((Model::SIZE, align_of::<Model>()), (4_096, 8));
    places!(Model: version 0, bump 1, row_count 2, correlation_count 3, peg_market 4, draft 6, padding 7);
    places!(Model: group 8, revision 40, changed_at 48, parameters 56, rows 56 + 416);
    places!(Model: correlations 472 + 40 * 32, reserved 1_752 + 45 * 24);
    assert_eq!((size_of::<ModelRow>(), size_of::<ModelCorrelation>()), (32, 24));
    places!(ModelRow: multiplier 0, weight 8, mass 16, vol 24, scaled 25, padding 26);
    places!(ModelCorrelation: first 0, second 2, padding 4, low 8, high 16);
}

#[test]
fn parameters_of_a_model() {
    assert_eq!((size_of::<ModelParameters>(), align_of::<ModelParameters>()), (416, 8));
    places!(ModelParameters: vol_up 0, vol_down 8, vol_floor 16, vol_short_power 24, vol_long_power 32);
    places!(ModelParameters: skew_linear_base 40, skew_linear_cap 48, skew_absolute_base 56);
    places!(ModelParameters: skew_absolute_cap 64, skew_min_k 72, skew_width 80, skew_vol_base 88);
    places!(ModelParameters: skew_vol_slope 96, basis_up 104, basis_down 112, basis_add 120);
    places!(ModelParameters: basis_per_year 128, tail_share 136, tail_multiplier 144, cross_offset 152);
    places!(ModelParameters: cross_floor 160, factor_maintenance 168, factor_initial 176);
    places!(ModelParameters: peg_threshold 184, peg_factor 192, perp_maintenance 200, perp_initial 208);
    places!(ModelParameters: option_maintenance 216, option_initial 224, score_threshold 232);
    places!(ModelParameters: score_margin 240, convexity_kappa 248, convexity_gap 256, twist 264);
    places!(ModelParameters: liquidity_slope 272, liquidity_cap 280, interval 288, roll_per_year 296);
    places!(ModelParameters: roll_minimum 304, gains_weight 312, discount 320, vol_floor_seconds 368);
    places!(ModelParameters: convexity_decay_seconds 376, settlement_seconds 384, gains_cap 392);
    places!(ModelParameters: has_discount 408, basis_scaled 409, covariance 410, padding 411);
}

#[test]
fn a_markets_risk() {
    assert_eq!((MarketRisk::SIZE, align_of::<MarketRisk>()), (2_560, 8));
    places!(MarketRisk: version 0, bump 1, market 2, date_count 4, padding 5, group 8, rules 40);
    places!(MarketRisk: price 40 + 336, attested 376 + 112, epoch 488 + 16, sequences 512);
    places!(MarketRisk: dates 512 + 16, reserved 528 + 12 * 128);
    assert_eq!((size_of::<PriceCache>(), size_of::<Attested>(), size_of::<DateRisk>()), (112, 16, 128));
    places!(PriceCache: index 0, slow 8, average 16, interval 24, published_at 32, refreshed_at 40, slow_at 48);
    places!(PriceCache: wide_since 56, far_since 64, unusable_since 72, variance 80, range 88);
    places!(PriceCache: return_price 96, return_at 104);
    places!(Attested: multiplier 0, until 8);
    places!(DateRisk: expiry 0, forward 8, carry 16, a 24, b 32, rho 40, m 48, s 56, years 64);
    places!(DateRisk: valid_from 72, valid_until 80, sampled 88, sampled_seconds 104, padding 108, posted_at 112, reserved 120);
}

#[test]
fn rules_of_a_market() {
    assert_eq!((size_of::<MarketRules>(), size_of::<Feed>(), size_of::<PredictorRules>()), (336, 128, 96));
    places!(MarketRules: feed 0, predictor 128, start_variance 128 + 96, slow_per_hour 232, lot 240);
    places!(MarketRules: depth 248, haircut 256, haircut_initial 264, least_volatility 272);
    places!(MarketRules: most_volatility 280, volatility_move 288, volatility_move_per_hour 296);
    places!(MarketRules: forward_gap 304, forward_gap_per_year 312, surface_seconds 320);
    places!(MarketRules: attestation_seconds 324, moves_like 328, token_decimals 330, padding 331);
    places!(Feed: owner 0, account 32, id 64, max_interval 96, band 104, max_age 112, wide_grace 116);
    places!(Feed: far_pause 120, kind 124, padding 125);
    places!(PredictorRules: memory_seconds 0, step_seconds 8, horizon_seconds 16, widths 24);
    places!(PredictorRules: largest_move 32, stressed 40, stressed_share 48, floor 56, cap 64);
    places!(PredictorRules: up_per_hour 72, down_per_hour 80, largest_multiplier 88);
}

#[test]
fn a_committee_and_a_change() {
    assert_eq!((Committee::SIZE, Change::SIZE), (512, 256));
    places!(Committee: version 0, bump 1, count 2, threshold 3, padding 4, group 8, epoch 40);
    places!(Committee: attestors 48, reserved 48 + 8 * 32);
    places!(Change: version 0, bump 1, padding 2, group 8, program 40, target 72, hash 104);
    places!(Change: announced_at 136, ready_at 144, lapses_at 152, reserved 160);
}

#[test]
fn a_bank_a_market_and_a_venue() {
    assert_eq!((Bank::SIZE, Market::SIZE, Venue::SIZE), (512, 1_024, 256));
    places!(Bank: version 0, bump 1, bank 2, market 4, decimals 6, flags 7, group 8, mint 40);
    places!(Bank: token_program 72, vault 104, deposits 136, cap 144, cap_from 152, ramp_begins 160);
    places!(Bank: ramp_ends 168, lot_amount 176, reserved 184);
    places!(Market: version 0, bump 1, market 2, date_count 4, padding 5, group 8, lot 40, unit 48);
    places!(Market: open_interest 56, perp_open_interest 64, funding_index 72, funding_at 88);
    places!(Market: premium 96, marked_at 104, pool 112, unpaid 120, owed 128, terms 136);
    places!(Market: dates 136 + 72, claim_index 208 + 12 * 48, cut 800, claim_era 808);
    places!(Market: padding_claims 812, waiting 816, reserved 880);
    assert_eq!((size_of::<Waiting>(), size_of::<VenueFees>()), (64, 16));
    places!(Waiting: fees 0, insurance 8, venues 16);
    places!(VenueFees: amount 0, venue 8, padding 10);
    assert_eq!((size_of::<MarketDate>(), size_of::<MarketTerms>()), (48, 72));
    places!(MarketDate: expiry 0, settlement 8, open_interest 16, settled_at 24, legs 32, reserved 36);
    places!(MarketTerms: tick 0, strike_step 8, open_interest_cap 16, price_band 24, funding_band 32);
    places!(MarketTerms: funding_cap 40, funding_seconds 48, mark_seconds 52, fallback_seconds 56);
    places!(MarketTerms: expiry_second 60, venue 64, days 66, fridays 67, months 68, switches 69);
    places!(MarketTerms: padding 70);
    places!(Venue: version 0, bump 1, venue 2, suspended 4, padding 5, group 8, operator 40);
    places!(Venue: fee_owner 72, fee_cap 104, fees 112, reserved 120);
}

#[test]
fn a_record_of_orders() {
    assert_eq!((OrderRecord::SIZE, size_of::<OrderFill>(), size_of::<Trigger>()), (2_560, 24, 72));
    places!(OrderRecord: version 0, bump 1, padding 2, margin_account 8, watermark 40, orders 48);
    places!(OrderRecord: triggers 48 + 64 * 24, reserved 1_584 + 12 * 72);
    places!(Trigger: lots 0, level 8, limit 16, slippage 24, fee 32, expires_at 40, expiry 48);
    places!(Trigger: strike 56, market 64, kind 66, above 67, reserved 68);
    places!(OrderFill: nonce 0, expires_at 8, filled 16);
}

#[test]
fn a_count_of_solvency() {
    assert_eq!([SolvencyEpoch::SIZE, SolvencyReport::SIZE], [1_024, 512]);
    places!(SolvencyEpoch: version 0, bump 1, padding 2, group 8, epoch 40, began_at 48, counted 56);
    places!(SolvencyEpoch: revision 64, liabilities 72, bad_debt 88, shortfalls 104, reserved 104 + 40 * 16);
    places!(SolvencyReport: version 0, bump 1, worst_row 2, padding 3, group 8, epoch 40, ended_at 48);
    places!(SolvencyReport: counted 56, accounts 64, revision 72, assets 80, liabilities 96, insurance 112);
    places!(SolvencyReport: bad_debt 128, shortfall 144, index 160, reserved 168);
}

/// First bytes, owner and version.
type Beginning<'a> = (&'a [u8], Pubkey, u8);

/// First eight bytes (of SHA-256 of "account:" and the name), owner and version of every account.
#[test]
fn every_account_begins_with_its_own_name_and_has_one_owner() {
    macro_rules! of {
        ($layout:ident) => {
            ($layout::DISCRIMINATOR, $layout::owner(), $layout::VERSION)
        };
    }
    let expected: [(Beginning, [u8; 8], Pubkey, u8); 14] = [
        (of!(Group), [209, 249, 208, 63, 182, 89, 186, 254], ids::ACCOUNT, 2),
        (of!(MarginAccount), [133, 220, 173, 213, 179, 211, 43, 238], ids::ACCOUNT, 2),
        (of!(Bank), [142, 49, 166, 242, 50, 66, 97, 188], ids::ACCOUNT, 1),
        (of!(Market), [219, 190, 213, 55, 0, 227, 198, 154], ids::ACCOUNT, 2),
        (of!(Venue), [8, 155, 85, 226, 234, 173, 42, 242], ids::ACCOUNT, 1),
        (of!(OrderRecord), [143, 44, 79, 139, 27, 191, 114, 204], ids::ACCOUNT, 1),
        (of!(Model), [152, 221, 247, 122, 185, 125, 223, 151], ids::RISK, 1),
        (of!(MarketRisk), [239, 210, 123, 246, 232, 219, 139, 238], ids::RISK, 1),
        (of!(Committee), [96, 136, 210, 244, 137, 110, 178, 104], ids::RISK, 1),
        (of!(Change), [93, 222, 240, 145, 239, 181, 231, 51], ids::RISK, 1),
        (of!(Auction), [218, 94, 247, 242, 126, 233, 131, 81], ids::LIQUIDATION, 1),
        (of!(Fund), [62, 128, 183, 208, 91, 31, 212, 209], ids::LIQUIDATION, 1),
        (of!(SolvencyEpoch), [20, 189, 12, 211, 205, 186, 119, 99], ids::LIQUIDATION, 1),
        (of!(SolvencyReport), [20, 127, 240, 211, 7, 33, 28, 85], ids::LIQUIDATION, 1),
    ];
    for ((tag, owner, version), name, program, layout) in expected {
        assert_eq!((tag, owner, version), (&name[..], program, layout));
    }
}
