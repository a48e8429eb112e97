//! Programs with a mistake planted in their sources, built for real: the day finds each of them.

use ballast_demo::{play, record::Options, Broken, Setting};
use ballast_interface::ids;
use std::{
    fs,
    path::{Path, PathBuf},
    process::Command,
    sync::OnceLock,
};

/// A mistake: the file, what stands there, and what stands there instead.
type Mistake = (&'static str, &'static str, &'static str);

/// Funding that an account gets is rounded up, and no longer down.
const ROUNDING: Mistake = (
    "crates/interface/src/account/funding.rs",
    "lots.saturating_mul(part).div_euclid(1 << 64)",
    "lots.saturating_mul(part).saturating_neg().div_euclid(1 << 64).saturating_neg()",
);

/// Nobody looks whether an account is below maintenance margin before its rescue begins.
const CHECK: Mistake = (
    "programs/liquidation/src/instructions/begin.rs",
    "require!(report.health.get() < 0, LiquidationError::Healthy);",
    "let _ = LiquidationError::Healthy;",
);

/// Builds the account program and the liquidation program in a folder of their own, each with its mistake. The first one's is
/// in what both share, so each is to be used with the others as they are.
fn built() -> &'static Path {
    static BUILT: OnceLock<PathBuf> = OnceLock::new();
    BUILT.get_or_init(|| {
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..").canonicalize().expect("the workspace");
        let copied = Command::new(root.join("scripts/elsewhere.sh")).output().expect("the script runs");
        assert!(copied.status.success(), "{}", String::from_utf8_lossy(&copied.stderr));
        let folder = PathBuf::from(String::from_utf8(copied.stdout).expect("a path").trim());
        for mistake in [ROUNDING, CHECK] {
            plant(&folder, mistake);
        }
        let built = Command::new(root.join("target/debug/cargo-sbf"))
            .args(["build", "--arch", "v3", "ballast-account", "ballast-liquidation"])
            .current_dir(&folder)
            .env("CARGO_TARGET_DIR", folder.join("target"))
            .output()
            .expect("`cargo sbf` is built: run `make build` first");
        assert!(built.status.success(), "{}", String::from_utf8_lossy(&built.stderr));
        folder.join("target/deploy/v3")
    })
}

fn plant(folder: &Path, (file, right, wrong): Mistake) {
    let path = folder.join(file);
    let text = fs::read_to_string(&path).expect("the source");
    assert_eq!(text.matches(right).count(), 1, "{file} has changed: plant the mistake elsewhere");
    fs::write(&path, text.replace(right, wrong)).expect("the copy can be written");
}

/// Plays a small day with some programs of other bytes, and says how it stopped.
fn played(instead: Vec<(anchor_lang::prelude::Pubkey, Vec<u8>)>) -> Option<Broken> {
    let options = Options { seed: 1, traders: 16, crash: 0.22, compare: false };
    let setting = Setting { instead, ..Setting::default() };
    play(&options, &setting, &mut |_, _, _| ()).err()
}

#[test]
fn a_rounding_the_wrong_way_is_found() {
    let program = fs::read(built().join("ballast_account.so")).expect("the program");
    let broken = played(vec![(ids::ACCOUNT, program)]).expect("the day stops");
    // Whoever is looked at first: the books, in which winners have more than losers paid, or somebody who could withdraw a
    // unit more than his margin leaves.
    let books = broken.check.starts_with("2 derivatives") && broken.residual > 0;
    let unit = "Accepted: a withdrawal of a unit more than margin leaves room for.";
    assert!(books || broken.what.contains(unit), "{broken}");
}

#[test]
fn a_check_left_out_is_found() {
    let program = fs::read(built().join("ballast_liquidation.so")).expect("the program");
    let broken = played(vec![(ids::LIQUIDATION, program)]).expect("the day stops");
    assert_eq!(broken.check, "what must be refused is refused", "{broken}");
    assert!(broken.what.contains("the rescue of a healthy account"), "{broken}");
}
