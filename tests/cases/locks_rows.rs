//! Every instruction of the three programs, built as people would send it: two accounts, two markets, a bank.

use anchor_lang::prelude::Pubkey;
use ballast_interface::{
    account::{
        instructions::{Numbers, TokenSide},
        CreateBankArgs, CreateGroupArgs, CreateMarketArgs, CreateVenueArgs, ExecuteTriggerArgs,
        FillRescueArgs, Order, PlaceTriggerArgs, RescuePay, SetDelegateArgs, SettleFillsArgs, VenueTerms,
        ORDER_DOMAIN,
    },
    ids,
    liquidation::{DeleverageArgs, LiquidateArgs, LiquidateToOrderArgs, SwapCollateralArgs},
    risk::{
        AttestMultiplierArgs, CheckHealthArgs, CreateMarketRiskArgs, CreateModelArgs, ModelSection,
        PostSurfaceArgs, Preset, QuoteArgs,
    },
    seeds,
};
use ballast_testkit::{
    account_program as account, group_rules, liquidation_program as liquidation, market_terms, rescue_rules,
    risk_program as risk, rules, Instruction,
};

/// Names of programs, as their interface files have them.
pub const PROGRAMS: [&str; 3] = ["account", "risk", "liquidation"];
/// Somebody who governs, and pays nothing.
const GOVERNOR: Pubkey = Pubkey::new_from_array([1; 32]);
/// Somebody who signs for an account.
const SIGNER: Pubkey = Pubkey::new_from_array([2; 32]);
const PAYER: Pubkey = Pubkey::new_from_array([3; 32]);
/// The account that an instruction is about, and the one on the other side.
const ACCOUNTS: [Pubkey; 2] = [Pubkey::new_from_array([4; 32]), Pubkey::new_from_array([5; 32])];
const MINT: Pubkey = Pubkey::new_from_array([6; 32]);
const TOKEN_ACCOUNT: Pubkey = Pubkey::new_from_array([7; 32]);
/// Who gets an account's rent back.
const REFUNDED: Pubkey = Pubkey::new_from_array([8; 32]);
const PRICES: Pubkey = Pubkey::new_from_array([9; 32]);
const BANK: u16 = 1;
const VENUE: u16 = 1;
const MARKETS: [u16; 2] = [1, 2];
const TOKENS: TokenSide = TokenSide { account: TOKEN_ACCOUNT, mint: MINT, token_program: GOVERNOR };
/// What stands behind most: both markets and their risks.
const BOTH: Numbers = Numbers { markets: &MARKETS, banks: &[], risks: &MARKETS };

/// Whom an account belongs to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Scope {
    /// There is one in a group.
    Group,
    /// There is one for each market, bank or venue.
    Market,
    /// It belongs to somebody.
    Person,
}

/// The group that all of it is about.
pub fn group() -> Pubkey {
    seeds::find_group(&GOVERNOR, 1).0
}

/// What each account that can be written is.
pub fn roles() -> Vec<(Pubkey, Scope, &'static str)> {
    let group = group();
    let fund = seeds::find_fund(&group).0;
    let bank = seeds::find_bank(&group, BANK).0;
    let mut roles = vec![
        (group, Scope::Group, "group"),
        (seeds::find_vault(&group).0, Scope::Group, "vault"),
        (seeds::find_model(&group).0, Scope::Group, "model"),
        (seeds::find_draft(&group).0, Scope::Group, "draft"),
        (seeds::find_committee(&group).0, Scope::Group, "committee"),
        (fund, Scope::Group, "fund"),
        (seeds::find_fund_vault(&fund).0, Scope::Group, "fund's vault"),
        (seeds::find_venue(&group, VENUE).0, Scope::Market, "venue"),
        (bank, Scope::Market, "bank"),
        (seeds::find_vault(&bank).0, Scope::Market, "bank's vault"),
        (seeds::find_stake(&fund, &SIGNER).0, Scope::Person, "stake"),
        (seeds::find_margin_account(&group, &SIGNER, 0).0, Scope::Person, "margin account"),
        (PAYER, Scope::Person, "payer"),
        (TOKEN_ACCOUNT, Scope::Person, "token account"),
        (REFUNDED, Scope::Person, "rent's receiver"),
    ];
    for account in ACCOUNTS {
        roles.push((account, Scope::Person, "margin account"));
        roles.push((seeds::find_order_record(&account).0, Scope::Person, "order record"));
        roles.push((seeds::find_auction(&account).0, Scope::Person, "auction"));
    }
    for market in MARKETS {
        roles.push((seeds::find_market(&group, market).0, Scope::Market, "market"));
        roles.push((seeds::find_market_risk(&group, market).0, Scope::Market, "market risk"));
    }
    roles
}

fn order(margin_account: Pubkey) -> Order {
    Order {
        domain: ORDER_DOMAIN,
        margin_account,
        venue: VENUE,
        nonce: 1,
        expires_at: 1,
        units: 1,
        limit: 1,
        max_fee: 1,
        reduce_only: false,
        legs: vec![],
    }
}

/// Every instruction by what the page calls it: its name, and, behind a comma, which of its shapes it is.
pub fn rows(program: &str) -> Vec<(&'static str, Instruction)> {
    match program {
        "account" => [governing(), trading(), cranks(), rescuing()].into_iter().flatten().collect(),
        "risk" => opinion(),
        _ => [rescues(), insurance()].into_iter().flatten().collect(),
    }
}

fn governing() -> Vec<(&'static str, Instruction)> {
    let group = &group();
    let founding = CreateGroupArgs {
        index: 1,
        authority: GOVERNOR,
        guardian: SIGNER,
        risk_program: ids::RISK,
        liquidation_program: ids::LIQUIDATION,
    };
    let bank = CreateBankArgs { bank: BANK, market: 1, cap: 1, ramp_seconds: 1 };
    let market = CreateMarketArgs { market: 1, terms: market_terms() };
    let terms = VenueTerms { operator: SIGNER, fee_owner: SIGNER, fee_cap: 1, suspended: false };
    let venue = CreateVenueArgs { venue: VENUE, terms: terms.clone() };
    vec![
        ("create_group", account::create_group(&GOVERNOR, &PAYER, &MINT, &founding)),
        ("open_vault", account::open_vault(group, &MINT, &GOVERNOR, &PAYER)),
        ("change_group", account::change_group(group, &GOVERNOR, &group_rules())),
        ("stop", account::stop(group, &SIGNER, 1, 1)),
        ("create_bank", account::create_bank(group, &GOVERNOR, &PAYER, &MINT, &GOVERNOR, &bank)),
        ("change_bank", account::change_bank(group, &GOVERNOR, BANK, 1, 1)),
        ("create_market", account::create_market(group, &GOVERNOR, &PAYER, &market)),
        ("change_market", account::change_market(group, &GOVERNOR, 1, &market_terms())),
        ("create_venue", account::create_venue(group, &GOVERNOR, &PAYER, &venue)),
        ("change_venue", account::change_venue(group, &GOVERNOR, VENUE, &terms)),
        ("collect_fees, a venue's", account::collect_fees(group, VENUE, &TOKENS, &MARKETS)),
        ("collect_fees, the group's", account::collect_fees(group, 0, &TOKENS, &MARKETS)),
    ]
}

fn trading() -> Vec<(&'static str, Instruction)> {
    let group = &group();
    let [first, second] = &ACCOUNTS;
    let fill = SettleFillsArgs {
        maker: order(*first),
        taker: order(*second),
        maker_units: 1,
        taker_units: 1,
        prices: vec![],
        maker_fee: 0,
        taker_fee: 0,
    };
    let spot = Numbers { banks: &[BANK], ..BOTH };
    let delegate = SetDelegateArgs { place: 0, key: SIGNER, scope: 1, expires_at: 1 };
    let trigger = PlaceTriggerArgs {
        market: 1,
        kind: 1,
        expiry: 0,
        strike: 0,
        lots: 1,
        above: true,
        level: 1,
        limit: 1,
        slippage: 0,
        fee: 1,
        expires_at: 1,
    };
    let fire = ExecuteTriggerArgs { place: 0, lots: 1, price: 1, fee: 0 };
    let deposit = |bank| account::deposit(group, first, bank, 1, &TOKENS, &SIGNER, 1, &MARKETS);
    let withdraw = |bank| account::withdraw(group, first, bank, &TOKENS, &SIGNER, 1, &BOTH);
    let sides = [(first, &SIGNER), (second, &GOVERNOR)];
    vec![
        ("open_account", account::open_account(group, &SIGNER, &PAYER, 0)),
        ("close_account", account::close_account(first, true, &SIGNER, &REFUNDED)),
        ("open_orders", account::open_orders(first, &SIGNER, &PAYER, 0)),
        ("set_delegate", account::set_delegate(first, &SIGNER, &delegate)),
        ("deposit, cash", deposit(0)),
        ("deposit, a token", deposit(BANK)),
        ("withdraw, cash", withdraw(0)),
        ("withdraw, a token", withdraw(BANK)),
        ("transfer", account::transfer(group, first, second, BANK, &SIGNER, 1, &BOTH)),
        ("settle_fills", account::settle_fills(group, VENUE, &SIGNER, &fill, &spot)),
        ("block_trade", account::block_trade(group, sides[0], sides[1], &vec![], &spot)),
        ("cancel_orders", account::cancel_orders(first, &SIGNER, 1)),
        ("place_trigger", account::place_trigger(first, &SIGNER, &trigger)),
        ("cancel_trigger", account::cancel_trigger(first, &SIGNER, 0)),
        ("execute_trigger", account::execute_trigger(group, first, sides[1], &fire, &BOTH)),
    ]
}

fn cranks() -> Vec<(&'static str, Instruction)> {
    let (group, first) = (&group(), &ACCOUNTS[0]);
    vec![
        ("list_expiry", account::list_expiry(group, 1, 1)),
        ("post_mark", account::post_mark(group, 1, VENUE, &SIGNER, 1)),
        ("update_funding", account::update_funding(group, 1)),
        ("freeze_settlement", account::freeze_settlement(group, 1, 1)),
        ("settle_account", account::settle_account(group, first, &BOTH)),
        ("refresh_account", account::refresh_account(group, first, &BOTH)),
    ]
}

/// What the liquidation program sends, signed by its own address.
fn rescuing() -> Vec<(&'static str, Instruction)> {
    let group = &group();
    let ([first, second], pay) = (&ACCOUNTS, RescuePay::default());
    let rescuer = &seeds::find_rescuer(group, &ids::LIQUIDATION).0;
    let args = FillRescueArgs { order: order(*second), units: 1, prices: vec![], pay };
    vec![
        ("latch", account::latch(group, first, rescuer, true)),
        ("move_legs", account::move_legs(group, first, second, rescuer, &[], pay, &BOTH)),
        ("fill_rescue", account::fill_rescue(group, first, rescuer, &args, &BOTH)),
        ("move_collateral", account::move_collateral(group, first, second, BANK, rescuer, 1)),
        ("move_cash", account::move_cash(group, first, second, rescuer, 1, &MARKETS)),
        ("absorb_loss", account::absorb_loss(group, first, &TOKENS, rescuer, 1, &MARKETS)),
        ("share_loss", account::share_loss(group, first, rescuer, 1, &MARKETS)),
        ("realise", account::realise(group, first, rescuer, 1, &MARKETS)),
        ("cut_claims", account::cut_claims(group, first, rescuer, 1, 1)),
        ("pay_insurance", account::pay_insurance(group, &TOKENS, rescuer, &MARKETS)),
    ]
}

fn opinion() -> Vec<(&'static str, Instruction)> {
    let (group, first) = (group(), &ACCOUNTS[0]);
    let model = CreateModelArgs { preset: Preset::Ballast, peg_market: 0 };
    let section = ModelSection::Correlations { first: 0, correlations: vec![] };
    let market = CreateMarketRiskArgs { market: 1, rules: rules(&group, 1) };
    let (epoch, sequence, valid_from, valid_until) = (1, 1, 0, 1);
    let surface = PostSurfaceArgs {
        group,
        market: 1,
        epoch,
        sequence,
        valid_from,
        valid_until,
        index: 1,
        slices: vec![],
    };
    let multiplier =
        AttestMultiplierArgs { group, market: 1, epoch, sequence, valid_from, valid_until, multiplier: 1 };
    let health = CheckHealthArgs { least_health: None, least_room: None, permitted: 0 };
    let question = QuoteArgs { legs: vec![], units: 1, terms: None, all: false };
    let group = &group;
    vec![
        ("create_model", risk::create_model(group, &GOVERNOR, &PAYER, model)),
        ("load_preset", risk::load_preset(group, &GOVERNOR, Preset::Ballast)),
        ("create_draft", risk::create_draft(group, &GOVERNOR, &PAYER)),
        ("write_draft", risk::write_draft(group, &GOVERNOR, &section)),
        ("adopt_draft", risk::adopt_draft(group, &GOVERNOR, &REFUNDED)),
        ("drop_draft", risk::drop_draft(group, &GOVERNOR, &REFUNDED)),
        ("create_committee", risk::create_committee(group, &GOVERNOR, &PAYER, &[SIGNER], 1)),
        ("change_committee", risk::change_committee(group, &GOVERNOR, &[SIGNER], 1)),
        ("create_market_risk", risk::create_market_risk(group, &GOVERNOR, &PAYER, &market)),
        ("change_market_risk", risk::change_market_risk(group, &GOVERNOR, 1, &rules(group, 1))),
        ("refresh_price", risk::refresh_price(group, 1, &PRICES)),
        ("post_surface", risk::post_surface(&surface)),
        ("attest_multiplier", risk::attest_multiplier(&multiplier)),
        ("assess", risk::assess(group, first, &MARKETS)),
        ("publish_assessment", risk::publish_assessment(group, first, &MARKETS)),
        ("check_health", risk::check_health(group, first, &MARKETS, health)),
        ("check_sequence", risk::check_sequence(first, 1)),
        ("quote", risk::quote(group, first, &MARKETS, &question)),
    ]
}

fn rescues() -> Vec<(&'static str, Instruction)> {
    let group = &group();
    let ([first, second], beginner) = (&ACCOUNTS, &REFUNDED);
    let (taker, legs) = ((second, &SIGNER), vec![]);
    let take = LiquidateArgs { legs: legs.clone(), units: 1, least_pay: 0 };
    let resting = LiquidateToOrderArgs { order: order(*second), units: 1 };
    let third = seeds::find_margin_account(group, &SIGNER, 0).0;
    let swap = SwapCollateralArgs { amount: 1, legs: legs.clone(), units: 1 };
    let close = DeleverageArgs { legs, units: 1 };
    vec![
        ("begin", liquidation::begin(group, first, &PAYER, &BOTH)),
        ("liquidate", liquidation::liquidate(group, first, beginner, taker, &BOTH, &take)),
        (
            "liquidate_to_order",
            liquidation::liquidate_to_order(group, first, beginner, &third, &BOTH, &resting),
        ),
        ("swap_collateral", liquidation::swap_collateral(group, first, beginner, taker, BANK, &BOTH, &swap)),
        ("end", liquidation::end(group, first, beginner, &BOTH)),
        ("deleverage", liquidation::deleverage(group, first, beginner, second, &BOTH, &close)),
        (
            "resolve_bankruptcy",
            liquidation::resolve_bankruptcy(group, first, beginner, (&MINT, &GOVERNOR), &BOTH),
        ),
        ("realise_profit", liquidation::realise_profit(group, first, second, 1, &BOTH)),
    ]
}

fn insurance() -> Vec<(&'static str, Instruction)> {
    let (group, rules) = (&group(), &rescue_rules());
    vec![
        ("create_fund", liquidation::create_fund(group, &GOVERNOR, &PAYER, &MINT, &GOVERNOR, rules)),
        ("change_rules", liquidation::change_rules(group, &GOVERNOR, rules)),
        ("collect_insurance", liquidation::collect_insurance(group, &MINT, &GOVERNOR, &MARKETS)),
        ("stake", liquidation::stake(group, &SIGNER, &PAYER, &TOKENS, 1, &MARKETS)),
        ("unstake", liquidation::unstake(group, &SIGNER, 1)),
        ("withdraw_stake", liquidation::withdraw_stake(group, &SIGNER, &TOKENS)),
    ]
}
