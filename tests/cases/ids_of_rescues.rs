//! The liquidation program's instructions as the interface builds them, against those that Anchor builds.

use anchor_lang::{prelude::Pubkey, Discriminator, InstructionData, ToAccountMetas};
use ballast_interface::{account, ids, in_parallel, seeds};
use ballast_testkit::{AccountMeta, Instruction};

const GROUP: Pubkey = Pubkey::new_from_array([1; 32]);
const SIGNER: Pubkey = Pubkey::new_from_array([2; 32]);
const PAYER: Pubkey = Pubkey::new_from_array([3; 32]);
const OTHER: Pubkey = Pubkey::new_from_array([4; 32]);
const SYSTEM: Pubkey = Pubkey::new_from_array([0; 32]);
const INSTRUCTIONS: Pubkey = Pubkey::from_str_const("Sysvar1nstructions1111111111111111111111111");

/// Anchor's accounts of a liquidation instruction, with those for events behind.
macro_rules! rescue_accounts {
    ($rescue:expr) => {
        ballast_liquidation::accounts::Rescue {
            group: GROUP,
            margin_account: $rescue,
            model: seeds::find_model(&GROUP).0,
            fund: seeds::find_fund(&GROUP).0,
            rescuer: seeds::find_rescuer(&GROUP, &ids::LIQUIDATION).0,
            risk_program: ids::RISK,
            account_program: ids::ACCOUNT,
            account_events: seeds::find_event_authority(&ids::ACCOUNT).0,
        }
    };
}

/// Accounts as a transaction has them: one that is written at a place is written at all of its places.
fn locked(metas: &[AccountMeta]) -> Vec<AccountMeta> {
    let written = |key: &Pubkey| metas.iter().any(|meta| meta.is_writable && meta.pubkey == *key);
    metas.iter().map(|meta| AccountMeta { is_writable: written(&meta.pubkey), ..meta.clone() }).collect()
}

/// Tags, data and accounts; behind the accounts stand two markets, which are written, and two risks.
fn same_rescue<D: Discriminator + InstructionData>(
    built: Instruction,
    tag: [u8; 8],
    data: D,
    accounts: impl ToAccountMetas,
) {
    let (name, built) = (std::any::type_name::<D>(), in_parallel(built));
    let fixed = accounts.to_account_metas(None);
    let (given, behind) = built.accounts.split_at(fixed.len().min(built.accounts.len()));
    assert_eq!((built.program_id, D::DISCRIMINATOR), (ids::LIQUIDATION, &tag[..]), "{name}");
    assert_eq!((built.data, locked(given)), (data.data(), locked(&fixed)), "{name}");
    let expected = [
        (seeds::find_market(&GROUP, 1).0, true),
        (seeds::find_market(&GROUP, 2).0, true),
        (seeds::find_market_risk(&GROUP, 1).0, false),
        (seeds::find_market_risk(&GROUP, 2).0, false),
    ];
    let behind: Vec<_> = behind.iter().map(|meta| (meta.pubkey, meta.is_writable)).collect();
    assert!(behind.is_empty() || behind == expected, "{name}: {behind:?}");
}

#[test]
fn the_liquidation_programs_rescues_are_those_that_anchor_builds() {
    use ballast_interface::{
        account::{instructions::Numbers, Order},
        liquidation::{
            instructions::{self as build, tags},
            DeleverageArgs, LiquidateArgs, LiquidateToOrderArgs, SwapCollateralArgs,
        },
        risk::QuoteLeg,
    };
    use ballast_liquidation::{accounts, instruction};
    let (event_authority, program) = (seeds::find_event_authority(&ids::LIQUIDATION).0, ids::LIQUIDATION);
    let numbers = Numbers { markets: &[1, 2], banks: &[], risks: &[1, 2] };
    let (bankrupt, beginner, taker, liquidator) = (OTHER, PAYER, SIGNER, Pubkey::new_from_array([5; 32]));
    let auction = seeds::find_auction(&bankrupt).0;
    let auctioned = || accounts::Auctioned { rescue: rescue_accounts!(bankrupt), auction, beginner };
    let token_program = Pubkey::new_from_array([6; 32]);
    let (mint, fund) = (Pubkey::new_from_array([7; 32]), seeds::find_fund(&GROUP).0);

    let metas = accounts::Begin {
        rescue: rescue_accounts!(bankrupt),
        auction,
        payer: PAYER,
        system_program: SYSTEM,
        event_authority,
        program,
    };
    let built = build::begin(&GROUP, &bankrupt, &PAYER, &numbers);
    same_rescue(built, tags::BEGIN, instruction::Begin {}, metas);

    let legs = vec![QuoteLeg { leg: 3, lots: 1 << 40 }];
    let args = LiquidateArgs { legs: legs.clone(), units: 7, least_pay: -9 };
    let built = build::liquidate(&GROUP, &bankrupt, &beginner, (&taker, &liquidator), &numbers, &args);
    let metas = accounts::Liquidate { auctioned: auctioned(), taker, liquidator, event_authority, program };
    same_rescue(built, tags::LIQUIDATE, instruction::Liquidate { args }, metas);

    let order = Order {
        domain: account::ORDER_DOMAIN,
        margin_account: taker,
        venue: Order::RESCUE_VENUE,
        nonce: 1,
        expires_at: 2,
        units: 3,
        limit: -4,
        max_fee: 0,
        reduce_only: false,
        legs: vec![],
    };
    let args = LiquidateToOrderArgs { order, units: 5 };
    let built = build::liquidate_to_order(&GROUP, &bankrupt, &beginner, &liquidator, &numbers, &args);
    let metas = accounts::LiquidateToOrder {
        auctioned: auctioned(),
        taker,
        record: seeds::find_order_record(&taker).0,
        liquidator,
        instructions: INSTRUCTIONS,
        event_authority,
        program,
    };
    same_rescue(built, tags::LIQUIDATE_TO_ORDER, instruction::LiquidateToOrder { args }, metas);

    let args = SwapCollateralArgs { amount: 1 << 50, legs: legs.clone(), units: 7 };
    let built =
        build::swap_collateral(&GROUP, &bankrupt, &beginner, (&taker, &liquidator), 9, &numbers, &args);
    let bank = seeds::find_bank(&GROUP, 9).0;
    let metas = accounts::SwapCollateral {
        auctioned: auctioned(),
        taker,
        liquidator,
        bank,
        event_authority,
        program,
    };
    same_rescue(built, tags::SWAP_COLLATERAL, instruction::SwapCollateral { args }, metas);

    let built = build::end(&GROUP, &bankrupt, &beginner, &numbers);
    let metas = accounts::End { auctioned: auctioned(), event_authority, program };
    same_rescue(built, tags::END, instruction::End {}, metas);

    let args = DeleverageArgs { legs, units: 11 };
    let built = build::deleverage(&GROUP, &bankrupt, &beginner, &taker, &numbers, &args);
    let metas = accounts::Deleverage { auctioned: auctioned(), winner: taker, event_authority, program };
    same_rescue(built, tags::DELEVERAGE, instruction::Deleverage { args }, metas);

    let built = build::resolve_bankruptcy(&GROUP, &bankrupt, &beginner, (&mint, &token_program), &numbers);
    let metas = accounts::ResolveBankruptcy {
        auctioned: auctioned(),
        group: GROUP,
        fund,
        vault: seeds::find_vault(&GROUP).0,
        mint,
        fund_vault: seeds::find_fund_vault(&fund).0,
        token_program,
        event_authority,
        program,
    };
    same_rescue(built, tags::RESOLVE_BANKRUPTCY, instruction::ResolveBankruptcy {}, metas);

    let built = build::realise_profit(&GROUP, &bankrupt, &taker, 2, &numbers);
    let metas = accounts::RealiseProfit { rescue: rescue_accounts!(taker), auction, bankrupt };
    same_rescue(built, tags::REALISE_PROFIT, instruction::RealiseProfit { market: 2 }, metas);
}

#[test]
fn the_liquidation_programs_instructions_of_funds_are_those_that_anchor_builds() {
    use ballast_interface::{
        account::instructions::TokenSide,
        liquidation::{
            instructions::{self as build, tags},
            RescueRules,
        },
    };
    use ballast_liquidation::{accounts, instruction};
    let (event_authority, program) = (seeds::find_event_authority(&ids::LIQUIDATION).0, ids::LIQUIDATION);
    let (group, owner, payer) = (GROUP, SIGNER, PAYER);
    let (fund, rescuer) = (seeds::find_fund(&GROUP).0, seeds::find_rescuer(&GROUP, &ids::LIQUIDATION).0);
    let [mint, token_program, purse] = [6, 7, 8].map(|byte| Pubkey::new_from_array([byte; 32]));
    let vault = seeds::find_fund_vault(&fund).0;
    let stake = seeds::find_stake(&fund, &owner).0;
    let side = TokenSide { account: purse, mint, token_program };
    let rules = RescueRules { target: 3, cooldown_seconds: 4, ..RescueRules::default() };

    let built = build::create_fund(&group, &owner, &payer, &mint, &token_program, &rules);
    let metas = accounts::CreateFund {
        group,
        authority: owner,
        fund,
        mint,
        vault,
        rescuer,
        payer,
        token_program,
        system_program: SYSTEM,
        event_authority,
        program,
    };
    same_rescue(built, tags::CREATE_FUND, instruction::CreateFund { rules }, metas);
    let built = build::change_rules(&group, &owner, &rules);
    let metas = accounts::ChangeRules { group, authority: owner, fund, event_authority, program };
    same_rescue(built, tags::CHANGE_RULES, instruction::ChangeRules { rules }, metas);

    let built = build::collect_insurance(&group, &mint, &token_program, &[]);
    let metas = accounts::CollectInsurance {
        group,
        fund,
        group_vault: seeds::find_vault(&group).0,
        mint,
        vault,
        rescuer,
        token_program,
        account_program: ids::ACCOUNT,
        account_events: seeds::find_event_authority(&ids::ACCOUNT).0,
        event_authority,
        program,
    };
    same_rescue(built, tags::COLLECT_INSURANCE, instruction::CollectInsurance {}, metas);

    let built = build::stake(&group, &owner, &payer, &side, 12, &[]);
    let metas = accounts::StakeMoney {
        group,
        fund,
        stake,
        owner,
        payer,
        mint,
        from: purse,
        vault,
        token_program,
        system_program: SYSTEM,
        event_authority,
        program,
    };
    same_rescue(built, tags::STAKE, instruction::Stake { amount: 12 }, metas);
    let built = build::unstake(&group, &owner, 13);
    let metas = accounts::Unstake { fund, stake, owner, event_authority, program };
    same_rescue(built, tags::UNSTAKE, instruction::Unstake { shares: 13 }, metas);
    let built = build::withdraw_stake(&group, &owner, &side);
    let metas = accounts::WithdrawStake {
        fund,
        stake,
        owner,
        mint,
        vault,
        to: purse,
        rescuer,
        token_program,
        event_authority,
        program,
    };
    same_rescue(built, tags::WITHDRAW_STAKE, instruction::WithdrawStake {}, metas);
}

/// Every instruction of the description has its tag among the interface's, in the description's words.
#[test]
fn the_liquidation_programs_description_has_the_tags_of_the_interface() {
    use ballast_interface::liquidation::instructions::tags::*;
    let tags = [
        ("begin", BEGIN),
        ("change_rules", CHANGE_RULES),
        ("collect_insurance", COLLECT_INSURANCE),
        ("create_fund", CREATE_FUND),
        ("deleverage", DELEVERAGE),
        ("end", END),
        ("liquidate", LIQUIDATE),
        ("liquidate_to_order", LIQUIDATE_TO_ORDER),
        ("realise_profit", REALISE_PROFIT),
        ("resolve_bankruptcy", RESOLVE_BANKRUPTCY),
        ("stake", STAKE),
        ("swap_collateral", SWAP_COLLATERAL),
        ("unstake", UNSTAKE),
        ("withdraw_stake", WITHDRAW_STAKE),
    ];
    let path = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../idl/ballast_liquidation.json");
    // A program without a description yet has nothing to compare with.
    let Ok(text) = std::fs::read_to_string(path) else { return };
    let idl: serde_json::Value = serde_json::from_str(&text).expect("an IDL");
    assert_eq!(idl["address"].as_str(), Some(ids::LIQUIDATION.to_string().as_str()));
    let mut described: Vec<(String, Vec<u64>)> = vec![];
    for instruction in idl["instructions"].as_array().expect("instructions") {
        let bytes = instruction["discriminator"].as_array().expect("a tag").iter();
        let name = instruction["name"].as_str().expect("a name").to_string();
        described.push((name, bytes.map(|byte| byte.as_u64().expect("a byte")).collect()));
    }
    described.sort();
    let expected: Vec<_> =
        tags.iter().map(|(name, tag)| (name.to_string(), tag.map(u64::from).to_vec())).collect();
    assert_eq!(described, expected);
}
