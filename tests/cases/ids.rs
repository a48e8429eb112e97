//! What one crate says of a program is what the program is: addresses, tags, accounts and arguments.
//!
//! The checked-in keypairs, the ids in the code and `Anchor.toml` name the same programs; the instructions that the
//! interface builds without Anchor are the ones that Anchor itself would build.

use anchor_lang::{prelude::Pubkey, Discriminator, InstructionData, ToAccountMetas};
use ballast_account::{accounts as account_accounts, instruction as account_instruction};
use ballast_interface::{
    account::{self, CreateGroupArgs, OpenAccountArgs},
    ids, in_parallel,
    risk::{
        self, instructions as build, AttestMultiplierArgs, CheckHealthArgs, CreateMarketRiskArgs,
        CreateModelArgs, ModelCorrelation, ModelSection, PostSurfaceArgs, Preset,
    },
    seeds,
};
use ballast_risk::{accounts, instruction};
use ballast_testkit::{rules, slice, Instruction};

const GROUP: Pubkey = Pubkey::new_from_array([1; 32]);
const SIGNER: Pubkey = Pubkey::new_from_array([2; 32]);
const PAYER: Pubkey = Pubkey::new_from_array([3; 32]);
const OTHER: Pubkey = Pubkey::new_from_array([4; 32]);
const SYSTEM: Pubkey = Pubkey::new_from_array([0; 32]);
const INSTRUCTIONS: Pubkey = Pubkey::from_str_const("Sysvar1nstructions1111111111111111111111111");
const MARKET: u16 = 0x1234;

fn checked_in(keypair: &str) -> Pubkey {
    let bytes = keypair.trim().trim_matches(['[', ']']).split(',');
    let bytes: Vec<u8> = bytes.map(|byte| byte.parse().expect("a byte")).collect();
    Pubkey::try_from(&bytes[32..]).expect("32 bytes of public key")
}

#[test]
fn the_keypairs_are_those_of_the_ids() {
    let account = include_str!("../keys/ballast_account-keypair.json");
    assert_eq!(checked_in(account), ids::ACCOUNT);
    assert_eq!(checked_in(include_str!("../keys/ballast_risk-keypair.json")), ids::RISK);
    assert_eq!(checked_in(include_str!("../keys/ballast_liquidation-keypair.json")), ids::LIQUIDATION);
    assert_eq!((ballast_account::ID, ballast_risk::ID), (ids::ACCOUNT, ids::RISK));
    assert_eq!(ballast_liquidation::ID, ids::LIQUIDATION);
    let named = include_str!("../../Anchor.toml");
    assert!(named.contains(&format!("ballast_account = \"{}\"", ids::ACCOUNT)));
    assert!(named.contains(&format!("ballast_risk = \"{}\"", ids::RISK)));
}

/// Anchor's tag, its data and its accounts are those of a built instruction; behind the accounts, `rest` more.
fn same<D: Discriminator + InstructionData>(
    built: Instruction,
    program: Pubkey,
    tag: [u8; 8],
    data: D,
    accounts: impl ToAccountMetas,
    rest: usize,
) {
    let (name, built) = (std::any::type_name::<D>(), in_parallel(built));
    assert_eq!(built.program_id, program, "{name}");
    assert_eq!(D::DISCRIMINATOR, tag, "{name}");
    assert_eq!(built.data, data.data(), "{name}");
    let accounts = accounts.to_account_metas(None);
    assert_eq!(built.accounts.len(), accounts.len() + rest, "{name}");
    assert_eq!(built.accounts[..accounts.len()], accounts, "{name}");
    assert!(
        built.accounts[accounts.len()..].iter().all(|meta| !meta.is_signer && !meta.is_writable),
        "{name}"
    );
}

#[test]
fn the_account_programs_instructions_are_those_that_anchor_builds() {
    use account::instructions::{create_group, open_account, tags};
    let (event_authority, program) = (seeds::find_event_authority(&ids::ACCOUNT).0, ids::ACCOUNT);
    let args = CreateGroupArgs {
        index: 7,
        authority: SIGNER,
        guardian: OTHER,
        risk_program: ids::RISK,
        liquidation_program: ids::LIQUIDATION,
    };
    let accounts = account_accounts::CreateGroup {
        group: seeds::find_group(&SIGNER, 7).0,
        quote_mint: OTHER,
        creator: SIGNER,
        payer: PAYER,
        system_program: SYSTEM,
        event_authority,
        program,
    };
    let built = create_group(&SIGNER, &PAYER, &OTHER, &args);
    same(built, program, tags::CREATE_GROUP, account_instruction::CreateGroup { args }, accounts, 0);
    let accounts = account_accounts::OpenAccount {
        margin_account: seeds::find_margin_account(&GROUP, &SIGNER, 5).0,
        group: GROUP,
        owner: SIGNER,
        payer: PAYER,
        system_program: SYSTEM,
        event_authority,
        program,
    };
    let data = account_instruction::OpenAccount { args: OpenAccountArgs { sub_id: 5 } };
    same(open_account(&GROUP, &SIGNER, &PAYER, 5), program, tags::OPEN_ACCOUNT, data, accounts, 0);
}

/// As [`same`], for the risk program.
fn same_risk<D: Discriminator + InstructionData>(
    built: Instruction,
    tag: [u8; 8],
    data: D,
    accounts: impl ToAccountMetas,
    rest: usize,
) {
    same(built, ids::RISK, tag, data, accounts, rest);
}

#[test]
fn the_risk_programs_instructions_of_models_are_those_that_anchor_builds() {
    use risk::instructions::tags;
    let (event_authority, program) = (seeds::find_event_authority(&ids::RISK).0, ids::RISK);
    let (group, authority, payer, system_program) = (GROUP, SIGNER, PAYER, SYSTEM);
    let (model, draft) = (seeds::find_model(&GROUP).0, seeds::find_draft(&GROUP).0);

    let args = CreateModelArgs { preset: Preset::Span16, peg_market: MARKET };
    let built = build::create_model(&GROUP, &SIGNER, &PAYER, args);
    let metas =
        accounts::CreateModel { group, model, authority, payer, system_program, event_authority, program };
    same_risk(built, tags::CREATE_MODEL, instruction::CreateModel { args }, metas, 0);

    let built = build::load_preset(&GROUP, &SIGNER, Preset::Xpm);
    let metas = accounts::LoadPreset { group, model, authority, event_authority, program };
    same_risk(built, tags::LOAD_PRESET, instruction::LoadPreset { preset: Preset::Xpm }, metas, 0);

    let built = build::create_draft(&GROUP, &SIGNER, &PAYER);
    let metas = accounts::CreateDraft {
        group,
        model,
        draft,
        authority,
        payer,
        system_program,
        event_authority,
        program,
    };
    same_risk(built, tags::CREATE_DRAFT, instruction::CreateDraft {}, metas, 0);

    let pair = ModelCorrelation { first: 1, second: 2, padding: [0; 4], low: -3, high: 4 };
    let section = ModelSection::Correlations { first: 5, correlations: vec![pair; 6] };
    let built = build::write_draft(&GROUP, &SIGNER, &section);
    let metas = accounts::WriteDraft { group, draft, authority, event_authority, program };
    same_risk(built, tags::WRITE_DRAFT, instruction::WriteDraft { section }, metas, 0);

    let built = build::adopt_draft(&GROUP, &SIGNER, &OTHER);
    let metas =
        accounts::AdoptDraft { group, model, draft, authority, refund: OTHER, event_authority, program };
    same_risk(built, tags::ADOPT_DRAFT, instruction::AdoptDraft {}, metas, 0);

    let built = build::drop_draft(&GROUP, &SIGNER, &OTHER);
    let metas = accounts::DropDraft { group, draft, authority, refund: OTHER };
    same_risk(built, tags::DROP_DRAFT, instruction::DropDraft {}, metas, 0);
}

#[test]
fn the_risk_programs_instructions_of_markets_are_those_that_anchor_builds() {
    use risk::instructions::tags;
    let (event_authority, program) = (seeds::find_event_authority(&ids::RISK).0, ids::RISK);
    let (group, authority, payer, system_program) = (GROUP, SIGNER, PAYER, SYSTEM);
    let committee = seeds::find_committee(&GROUP).0;
    let market_risk = seeds::find_market_risk(&GROUP, MARKET).0;

    let attestors = vec![OTHER, PAYER];
    let built = build::create_committee(&GROUP, &SIGNER, &PAYER, &attestors, 2);
    let metas = accounts::CreateCommittee {
        group,
        committee,
        authority,
        payer,
        system_program,
        event_authority,
        program,
    };
    let data = instruction::CreateCommittee { attestors: attestors.clone(), threshold: 2 };
    same_risk(built, tags::CREATE_COMMITTEE, data, metas, 0);
    let built = build::change_committee(&GROUP, &SIGNER, &attestors, 1);
    let metas = accounts::ChangeCommittee { group, committee, authority, event_authority, program };
    same_risk(
        built,
        tags::CHANGE_COMMITTEE,
        instruction::ChangeCommittee { attestors, threshold: 1 },
        metas,
        0,
    );

    let rules = rules(&GROUP, MARKET);
    let args = CreateMarketRiskArgs { market: MARKET, rules };
    let built = build::create_market_risk(&GROUP, &SIGNER, &PAYER, &args);
    let metas = accounts::CreateMarketRisk {
        group,
        market_risk,
        authority,
        payer,
        system_program,
        event_authority,
        program,
    };
    same_risk(built, tags::CREATE_MARKET_RISK, instruction::CreateMarketRisk { args }, metas, 0);
    let built = build::change_market_risk(&GROUP, &SIGNER, MARKET, &rules);
    let metas = accounts::ChangeMarketRisk { group, market_risk, authority, event_authority, program };
    same_risk(built, tags::CHANGE_MARKET_RISK, instruction::ChangeMarketRisk { rules }, metas, 0);

    let built = build::refresh_price(&GROUP, MARKET, &OTHER);
    let metas = accounts::RefreshPrice { market_risk, price_account: OTHER };
    same_risk(built, tags::REFRESH_PRICE, instruction::RefreshPrice {}, metas, 0);

    let (market, epoch, sequence, valid_from, valid_until) = (MARKET, 5, 6, -7, 8);
    let slices = vec![slice(0, 864_000, 9, 0.5); 2];
    let index = 9;
    let args = PostSurfaceArgs { group, market, epoch, sequence, valid_from, valid_until, index, slices };
    let built = build::post_surface(&args);
    let metas = accounts::PostSurface {
        market_risk,
        committee,
        instructions: INSTRUCTIONS,
        event_authority,
        program,
    };
    same_risk(built, tags::POST_SURFACE, instruction::PostSurface { args }, metas, 0);
    let multiplier = 10;
    let args = AttestMultiplierArgs { group, market, epoch, sequence, valid_from, valid_until, multiplier };
    let built = build::attest_multiplier(&args);
    let metas = accounts::AttestMultiplier {
        market_risk,
        committee,
        instructions: INSTRUCTIONS,
        event_authority,
        program,
    };
    same_risk(built, tags::ATTEST_MULTIPLIER, instruction::AttestMultiplier { args }, metas, 0);
}

#[test]
fn the_risk_programs_instructions_of_assessments_are_those_that_anchor_builds() {
    use risk::instructions::tags;
    let (event_authority, program) = (seeds::find_event_authority(&ids::RISK).0, ids::RISK);
    let (group, model, margin_account) = (GROUP, seeds::find_model(&GROUP).0, OTHER);

    // The markets follow by rising number, each once, however they are given.
    let markets = [300, 2, 1, 2];
    let built = build::assess(&GROUP, &OTHER, &markets);
    let rising = [1, 2, 300].map(|market| seeds::find_market_risk(&GROUP, market).0);
    let named: Vec<_> = built.accounts[3..].iter().map(|meta| meta.pubkey).collect();
    assert_eq!(named, rising);
    let metas = accounts::Assess { group, model, margin_account };
    same_risk(built, tags::ASSESS, instruction::Assess {}, metas, 3);

    let built = build::publish_assessment(&GROUP, &OTHER, &markets);
    let named: Vec<_> = built.accounts[5..].iter().map(|meta| meta.pubkey).collect();
    assert_eq!(named, rising);
    let metas = accounts::PublishAssessment { group, model, margin_account, event_authority, program };
    same_risk(built, tags::PUBLISH_ASSESSMENT, instruction::PublishAssessment {}, metas, 3);

    let args = CheckHealthArgs { least_health: Some(-1), least_room: None, permitted: 3 };
    let built = build::check_health(&GROUP, &OTHER, &markets, args);
    let metas = accounts::CheckHealth { group, model, margin_account };
    same_risk(built, tags::CHECK_HEALTH, instruction::CheckHealth { args }, metas, 3);

    let built = build::check_sequence(&OTHER, u64::MAX - 1);
    let metas = accounts::CheckSequence { margin_account };
    same_risk(built, tags::CHECK_SEQUENCE, instruction::CheckSequence { sequence: u64::MAX - 1 }, metas, 0);
}
