//! What refusals mean.

use ballast_client::{Error, Refusal};
use ballast_interface::ids;
use ballast_keeper::attempt::{judge, Verdict};

/// A refusal of a program by a number, as its log tells it.
fn refused(program: &str, code: u32, name: Option<&str>) -> Error {
    let mut logs = vec![format!("Program {program} invoke [1]")];
    if let Some(name) = name {
        logs.push(format!(
            "Program log: AnchorError thrown in a.rs:1. Error Code: {name}. Error Number: {code}. Error Message: Why."
        ));
    }
    logs.push(format!("Program {program} failed: custom program error: {code:#x}"));
    let reason = serde_json::json!({ "InstructionError": [2, { "Custom": code }] });
    Error::Refused(Box::new(Refusal::new(serde_json::from_value(reason).expect("a reason"), &logs)))
}

#[test]
fn somebody_elses_success_is_no_failure() {
    use ballast_interface::{liquidation::LiquidationError as L, risk::RiskError as R};
    let (liquidation, risk) = (ids::LIQUIDATION.to_string(), ids::RISK.to_string());
    let overtaken = [
        (refused(&liquidation, L::HopOutOfOrder.into(), None), "HopOutOfOrder"),
        (refused(&liquidation, L::FeesWaiting.into(), None), "FeesWaiting"),
        (refused(&liquidation, L::Healthy.into(), None), "Healthy"),
        (refused(&liquidation, L::NothingOwed.into(), None), "NothingOwed"),
        (refused(&risk, R::SequenceChanged.into(), None), "SequenceChanged"),
        (refused(&risk, R::AboveTarget.into(), None), "AboveTarget"),
        (refused(&liquidation, 3007, Some("AccountOwnedByWrongProgram")), "AccountOwnedByWrongProgram"),
        (refused(&liquidation, 3012, Some("AccountNotInitialized")), "AccountNotInitialized"),
    ];
    for (error, name) in overtaken {
        assert_eq!(judge(&error), (Verdict::Superseded, name.to_owned()));
    }
}

#[test]
fn who_begins_late_finds_it_begun() {
    let system = "11111111111111111111111111111111";
    let Error::Refused(mut refusal) = refused(system, 0, None) else { unreachable!() };
    assert_eq!(judge(&Error::Refused(refusal.clone())).0, Verdict::Failed);
    refusal.logs.push("Allocate: account Address { address: 1, base: None } already in use".into());
    assert_eq!(judge(&Error::Refused(refusal)), (Verdict::Superseded, "begun".into()));
}

#[test]
fn other_refusals_are_failures_and_silence_is_none() {
    use ballast_interface::{account::AccountError as A, liquidation::LiquidationError as L};
    let liquidation = ids::LIQUIDATION.to_string();
    for (code, name) in
        [(L::TakerShort, "TakerShort"), (L::PaysTooLittle, "PaysTooLittle"), (L::HopEarly, "HopEarly")]
    {
        assert_eq!(judge(&refused(&liquidation, code.into(), None)), (Verdict::Failed, name.to_owned()));
    }
    // What has to be counted was sent in both forms by then.
    let account = ids::ACCOUNT.to_string();
    let refusals = [
        (&account, A::CashUncounted.into(), "CashUncounted"),
        (&account, A::FeesUnplaced.into(), "FeesUnplaced"),
    ];
    for (program, code, name) in refusals {
        assert_eq!(judge(&refused(program, code, Some(name))), (Verdict::Failed, name.to_owned()));
    }
    assert_eq!(judge(&Error::Node("it sleeps".into())), (Verdict::Passing, "node".into()));
    assert_eq!(judge(&Error::Expired(3)), (Verdict::Passing, "expired".into()));
    assert_eq!(judge(&Error::TooLarge(2_000)), (Verdict::Failed, "too_large".into()));
}
