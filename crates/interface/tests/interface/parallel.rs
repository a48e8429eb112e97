//! Which instructions can leave the group unwritten, and that nothing else of them changes.

use crate::{key, liquidation_rules::sound, money_scene, rules};
use anchor_lang::{
    prelude::{AccountMeta, Pubkey},
    solana_program::instruction::Instruction,
};
use ballast_interface::{
    account::{
        instructions::{self as account, Numbers, TokenSide},
        *,
    },
    ids, in_parallel,
    liquidation::{instructions as liquidation, *},
    risk::{instructions as risk, *},
    seeds,
};
use std::collections::BTreeSet;

const NUMBERS: Numbers = Numbers { markets: &[1, 2], banks: &[3], risks: &[1, 4] };
const MARKETS: &[u16] = &[1, 2];

fn tokens() -> TokenSide {
    TokenSide { account: key(30), mint: key(31), token_program: key(32) }
}

fn order(margin_account: Pubkey) -> Order {
    Order {
        domain: ORDER_DOMAIN,
        margin_account,
        venue: 7,
        nonce: 1,
        expires_at: 2,
        units: 3,
        limit: 4,
        max_fee: 5,
        reduce_only: false,
        legs: vec![],
    }
}

/// Instructions of which only the group can be left unwritten.
fn of_the_group() -> Vec<Instruction> {
    let [group, first, second, signer] = [1, 2, 3, 4].map(key);
    let taker = (&second, &signer);
    let legs = vec![money_scene::perp(1, 2)];
    let trigger = ExecuteTriggerArgs { place: 1, lots: 2, price: 3, fee: 4 };
    let fill = FillRescueArgs { order: order(second), units: 1, prices: vec![2], pay: RescuePay::default() };
    let liquidate = LiquidateArgs { legs: vec![], units: 1, least_pay: 2 };
    let to_order = LiquidateToOrderArgs { order: order(second), units: 1 };
    let swap = SwapCollateralArgs { amount: 1, legs: vec![], units: 2 };
    let deleverage = DeleverageArgs { legs: vec![], units: 1 };
    vec![
        account::block_trade(&group, (&first, &signer), taker, &legs, &NUMBERS),
        account::execute_trigger(&group, &first, taker, &trigger, &NUMBERS),
        account::refresh_account(&group, &first, &NUMBERS),
        account::move_legs(&group, &first, &second, &signer, &legs, RescuePay::default(), &NUMBERS),
        account::fill_rescue(&group, &first, &signer, &fill, &NUMBERS),
        account::move_cash(&group, &first, &second, &signer, 5, MARKETS),
        account::realise(&group, &first, &signer, 1, MARKETS),
        liquidation::begin(&group, &first, &signer, &NUMBERS),
        liquidation::liquidate(&group, &first, &key(5), taker, &NUMBERS, &liquidate),
        liquidation::liquidate_to_order(&group, &first, &key(5), &key(6), &NUMBERS, &to_order),
        liquidation::swap_collateral(&group, &first, &key(5), taker, 3, &NUMBERS, &swap),
        liquidation::end(&group, &first, &key(5), &NUMBERS),
        liquidation::deleverage(&group, &first, &key(5), &second, &NUMBERS, &deleverage),
        liquidation::realise_profit(&group, &first, &second, 1, &NUMBERS),
    ]
}

/// The one that leaves its venue unwritten, too: number 7.
fn of_a_venue() -> Instruction {
    let args = SettleFillsArgs {
        maker: order(key(2)),
        taker: order(key(3)),
        maker_units: 1,
        taker_units: 2,
        prices: vec![3],
        maker_fee: 4,
        taker_fee: 5,
    };
    account::settle_fills(&key(1), 7, &key(4), &args, &NUMBERS)
}

/// All others of the account program.
fn of_the_account_program() -> Vec<Instruction> {
    let [group, first, second, signer] = [1, 2, 3, 4].map(key);
    let create = CreateGroupArgs {
        index: 1,
        authority: key(5),
        guardian: key(6),
        risk_program: key(7),
        liquidation_program: key(8),
    };
    let bank = CreateBankArgs { bank: 3, market: 1, cap: 2, ramp_seconds: 4 };
    let market = CreateMarketArgs { market: 1, terms: money_scene::terms() };
    let terms = || VenueTerms { operator: key(5), fee_owner: key(6), fee_cap: 1, suspended: false };
    let venue = CreateVenueArgs { venue: 7, terms: terms() };
    let delegate = SetDelegateArgs { place: 1, key: key(5), scope: 1, expires_at: 9 };
    let trigger = PlaceTriggerArgs {
        market: 1,
        kind: 1,
        expiry: 0,
        strike: 0,
        lots: 1,
        above: true,
        level: 2,
        limit: 3,
        slippage: 4,
        fee: 5,
        expires_at: 6,
    };
    vec![
        account::create_group(&signer, &signer, &key(31), &create),
        account::open_vault(&group, &key(31), &key(32), &signer),
        account::change_group(&group, &signer, &money_scene::group_rules()),
        account::stop(&group, &signer, 1, 2),
        account::create_bank(&group, &signer, &signer, &key(31), &key(32), &bank),
        account::change_bank(&group, &signer, 3, 4, 5),
        account::create_market(&group, &signer, &signer, &market),
        account::change_market(&group, &signer, 1, &money_scene::terms()),
        account::create_venue(&group, &signer, &signer, &venue),
        account::change_venue(&group, &signer, 7, &terms()),
        account::collect_fees(&group, 0, &tokens(), MARKETS),
        account::collect_fees(&group, 7, &tokens(), MARKETS),
        account::open_account(&group, &signer, &signer, 1),
        account::close_account(&first, true, &signer, &signer),
        account::open_orders(&first, &signer, &signer, 1),
        account::set_delegate(&first, &signer, &delegate),
        account::deposit(&group, &first, 3, 1, &tokens(), &signer, 5, MARKETS),
        account::withdraw(&group, &first, 0, &tokens(), &signer, 5, &NUMBERS),
        account::transfer(&group, &first, &second, 0, &signer, 5, &NUMBERS),
        account::cancel_orders(&first, &signer, 5),
        account::place_trigger(&first, &signer, &trigger),
        account::cancel_trigger(&first, &signer, 1),
        account::list_expiry(&group, 1, 5),
        account::post_mark(&group, 1, 7, &signer, 5),
        account::update_funding(&group, 1),
        account::freeze_settlement(&group, 1, 5),
        account::settle_account(&group, &first, &NUMBERS),
        account::latch(&group, &first, &signer, true),
        account::move_collateral(&group, &first, &second, 3, &signer, 5),
        account::absorb_loss(&group, &first, &tokens(), &signer, 5, MARKETS),
        account::share_loss(&group, &first, &signer, 5, MARKETS),
        account::cut_claims(&group, &first, &signer, 5, 1),
        account::pay_insurance(&group, &tokens(), &signer, MARKETS),
    ]
}

/// All others of the liquidation program.
fn of_the_liquidation_program() -> Vec<Instruction> {
    let [group, first, signer] = [1, 2, 4].map(key);
    let quote = (&key(31), &key(32));
    vec![
        liquidation::create_fund(&group, &signer, &signer, quote.0, quote.1, &sound()),
        liquidation::change_rules(&group, &signer, &sound()),
        liquidation::resolve_bankruptcy(&group, &first, &key(5), quote, &NUMBERS),
        liquidation::collect_insurance(&group, quote.0, quote.1, MARKETS),
        liquidation::stake(&group, &signer, &signer, &tokens(), 5, MARKETS),
        liquidation::unstake(&group, &signer, 5),
        liquidation::withdraw_stake(&group, &signer, &tokens()),
    ]
}

/// All of the risk program, which writes no group.
fn of_the_risk_program() -> Vec<Instruction> {
    let [group, first, signer] = [1, 2, 4].map(key);
    let model = CreateModelArgs { preset: Preset::Ballast, peg_market: 1 };
    let market = CreateMarketRiskArgs { market: 1, rules: rules() };
    let surface = PostSurfaceArgs {
        group,
        market: 1,
        epoch: 1,
        sequence: 2,
        valid_from: 3,
        valid_until: 4,
        index: 5,
        slices: vec![],
    };
    let attested = AttestMultiplierArgs {
        group,
        market: 1,
        epoch: 1,
        sequence: 2,
        valid_from: 3,
        valid_until: 4,
        multiplier: 5,
    };
    let health = CheckHealthArgs { least_health: None, least_room: Some(1), permitted: 0 };
    let quote = QuoteArgs { legs: vec![], units: 1, terms: None, all: false };
    vec![
        risk::create_model(&group, &signer, &signer, model),
        risk::load_preset(&group, &signer, Preset::Pmrm),
        risk::create_draft(&group, &signer, &signer),
        risk::write_draft(&group, &signer, &ModelSection::Peg(1)),
        risk::adopt_draft(&group, &signer, &signer),
        risk::drop_draft(&group, &signer, &signer),
        risk::create_committee(&group, &signer, &signer, &[key(5)], 1),
        risk::change_committee(&group, &signer, &[key(5)], 1),
        risk::create_market_risk(&group, &signer, &signer, &market),
        risk::change_market_risk(&group, &signer, 1, &rules()),
        risk::refresh_price(&group, 1, &key(7)),
        risk::post_surface(&surface),
        risk::attest_multiplier(&attested),
        risk::assess(&group, &first, MARKETS),
        risk::publish_assessment(&group, &first, MARKETS),
        risk::check_health(&group, &first, MARKETS, health),
        risk::quote(&group, &first, MARKETS, &quote),
        risk::check_sequence(&first, 1),
    ]
}

/// What an instruction must be when some accounts of it, which it writes, are left unwritten.
fn without(mut built: Instruction, unwritten: &[Pubkey]) -> Instruction {
    for key in unwritten {
        let mut metas = built.accounts.iter_mut().filter(|meta| meta.pubkey == *key);
        let meta = metas.next().expect("the account is named");
        assert!(meta.is_writable && metas.next().is_none(), "it is written, and named once: {key}");
        *meta = AccountMeta { is_writable: false, ..meta.clone() };
    }
    built
}

#[test]
fn a_trade_or_a_rescue_reads_the_group() {
    for built in of_the_group() {
        assert_eq!(in_parallel(built.clone()), without(built, &[key(1)]));
    }
}

#[test]
fn a_fill_reads_its_venue_too() {
    let venue = seeds::find_venue(&key(1), 7).0;
    assert_eq!(in_parallel(of_a_venue()), without(of_a_venue(), &[key(1), venue]));
}

#[test]
fn everything_else_stays_as_it_is() {
    let account = of_the_account_program().into_iter();
    for built in account.chain(of_the_liquidation_program()).chain(of_the_risk_program()) {
        assert_eq!(in_parallel(built.clone()), built);
    }
}

#[test]
fn every_instruction_is_asked_for() {
    let tags = |program: Pubkey| {
        let all = of_the_group().into_iter().chain([of_a_venue()]);
        let all = all.chain(of_the_account_program()).chain(of_the_liquidation_program());
        let all = all.chain(of_the_risk_program()).filter(|built| built.program_id == program);
        all.map(|built| built.data[..8].to_vec()).collect::<BTreeSet<_>>().len()
    };
    // As many as the IDLs name.
    assert_eq!([ids::ACCOUNT, ids::RISK, ids::LIQUIDATION].map(tags), [40, 18, 14]);
}

#[test]
fn twice_is_as_good_as_once() {
    for built in of_the_group().into_iter().chain([of_a_venue()]) {
        let once = in_parallel(built);
        assert_eq!(in_parallel(once.clone()), once);
    }
}

#[test]
fn what_is_not_known_stays_as_it_is() {
    let elsewhere = |id: Pubkey, built: Instruction| Instruction { program_id: id, ..built };
    for built in of_the_group().into_iter().chain([of_a_venue()]) {
        // Another program, among them the two siblings, may mean something else by the same eight bytes.
        let sibling = if built.program_id == ids::ACCOUNT { ids::LIQUIDATION } else { ids::ACCOUNT };
        for id in [key(99), ids::RISK, sibling] {
            let other = elsewhere(id, built.clone());
            assert_eq!(in_parallel(other.clone()), other);
        }
        for length in 0..8 {
            let mut short = built.clone();
            short.data.truncate(length);
            assert_eq!(in_parallel(short.clone()), short, "{length} bytes");
        }
        let mut bare = built.clone();
        bare.data.truncate(8);
        assert_ne!(in_parallel(bare.clone()), bare, "eight bytes name it");
        // Without accounts there is nothing to read.
        let mut empty = built;
        empty.accounts.clear();
        assert_eq!(in_parallel(empty.clone()), empty);
    }
}
