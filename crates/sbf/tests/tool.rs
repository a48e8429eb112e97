//! The tool as its users meet it: what it says when something cannot be built, what it leaves
//! alone, whom it hands over to.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::sync::{Mutex, MutexGuard};

use object::{Object as _, ObjectSection as _};

/// Builds share a folder, so they take turns.
static TURN: Mutex<()> = Mutex::new(());

fn turn() -> MutexGuard<'static, ()> {
    TURN.lock().unwrap_or_else(|poisoned| poisoned.into_inner())
}

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

fn tool(arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_cargo-sbf"));
    command.current_dir(root()).args(arguments);
    command
}

fn build_with(feature: &str) -> Output {
    let _turn = turn();
    tool(&["build", "sbf-refused", "--", "--features", feature]).output().expect("the tool runs")
}

/// The last words of a failed build.
fn refusal(feature: &str) -> String {
    let output = build_with(feature);
    assert!(!output.status.success(), "a program with `{feature}` must not be built");
    let text = String::from_utf8_lossy(&output.stderr).into_owned();
    let at = text.find("error: program `sbf-refused`").unwrap_or_else(|| panic!("no refusal in:\n{text}"));
    text[at..].to_owned()
}

#[test]
fn a_static_that_does_not_start_as_zero_is_named() {
    let text = refusal("static");
    assert!(text.contains("`sbf_refused::offend::STARTS_AT_SEVEN` is a writable static"), "{text}");
}

#[test]
fn statics_have_a_limited_room() {
    let output = build_with("statics-full");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let table = String::from_utf8_lossy(&output.stdout).into_owned();
    assert_eq!(table.matches(" 16384 ").count(), 2, "{table}");
    let text = refusal("statics-over");
    assert!(text.contains("writable statics take 16392 bytes") && text.contains("may take 16384"), "{text}");
}

#[test]
fn statics_beside_a_foreign_allocator_are_refused() {
    let text = refusal("allocator");
    assert!(text.contains("writable statics need Solana's allocator"), "{text}");
}

#[test]
fn an_unknown_symbol_is_named_with_its_user() {
    let text = refusal("symbol");
    assert!(text.contains("unknown symbol `defined_nowhere`, used by `"), "{text}");
}

#[test]
fn a_frame_beyond_its_size_is_named() {
    let text = refusal("frame");
    assert!(text.contains("the stack frame of `sbf_refused::offend` exceeds 4096 bytes"), "{text}");
}

#[test]
fn a_file_beyond_an_account_is_refused() {
    let text = refusal("size");
    assert!(text.contains("an account holds at most 10485760"), "{text}");
}

#[test]
fn assembly_is_refused_with_its_place() {
    let text = refusal("asm");
    assert!(text.contains("inline assembly in `"), "{text}");
}

#[test]
fn a_program_without_an_entry_is_refused() {
    let text = refusal("entry");
    assert!(text.contains("the program has no function `entrypoint`"), "{text}");
}

#[test]
fn data_start_where_their_alignment_wants_them() {
    let _turn = turn();
    let output =
        tool(&["build", "sbf-refused", "--", "--features", "aligned"]).output().expect("the tool runs");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    for arch in ["v0", "v3"] {
        let file = fs::read(root().join(format!("target/deploy/{arch}/sbf_refused.so"))).expect("a program");
        let file = object::File::parse(&*file).expect("an ELF file");
        for section in file.sections().filter(|s| s.name().is_ok_and(|name| name.starts_with(".rodata"))) {
            assert_eq!(section.address() % 64, 0, "{arch}");
        }
    }
}

#[test]
fn what_has_not_changed_is_not_built_again() {
    let _turn = turn();
    let table = || {
        let output = tool(&["build", "sbf-refused"]).output().expect("the tool runs");
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        String::from_utf8_lossy(&output.stdout).into_owned()
    };
    let first = table();
    assert_eq!(first.lines().count(), 3, "a heading and both versions: {first}");
    let second = table();
    assert_eq!(second.matches("unchanged").count(), 2, "{second}");
    // A file that somebody else has written is not taken for the tool's own.
    fs::write(root().join("target/deploy/v0/sbf_refused.so"), "another program").expect("a file");
    let third = table();
    assert_eq!(third.matches("unchanged").count(), 0, "{third}");
    assert!(fs::read(root().join("target/deploy/v0/sbf_refused.so"))
        .expect("a program")
        .starts_with(b"\x7fELF"));
}

#[test]
fn an_unknown_program_is_answered_with_the_known_ones() {
    let output = tool(&["build", "no-such-program"]).output().expect("the tool runs");
    assert!(!output.status.success());
    let text = String::from_utf8_lossy(&output.stderr);
    assert!(text.contains("no program is called `no-such-program`; there are: "), "{text}");
    assert!(text.contains("sbf-refused"), "{text}");
}

/// A stand-in for Solana's `cargo build-sbf`, which is not to be had everywhere: it notes how it
/// was called and leaves a file where a program would be.
#[test]
fn official_hands_over_to_solana_s_tools() {
    let folder = std::env::temp_dir().join(format!("cargo-sbf-official-{}", std::process::id()));
    fs::create_dir_all(&folder).expect("a folder");
    let script = folder.join("cargo-build-sbf");
    let text = "#!/bin/sh\nshift\necho \"$@\" >> calls\nmkdir -p \"$4\"\necho $2 > \"$4/some.so\"\n";
    fs::write(&script, text).expect("a script");
    fs::set_permissions(&script, fs::Permissions::from_mode(0o755)).expect("a script that runs");
    let path = format!("{}:{}", folder.display(), std::env::var("PATH").expect("a path"));
    let mut command = tool(&["build", "--official", "some"]);
    let output = command.current_dir(&folder).env("PATH", path).output().expect("the tool runs");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let calls = fs::read_to_string(folder.join("calls")).expect("calls");
    let expected = "--arch v0 --sbf-out-dir target/deploy/v0 -- --package some\n\
                    --arch v3 --sbf-out-dir target/deploy/v3 -- --package some\n";
    assert_eq!(calls, expected);
    let deployed = fs::read_to_string(folder.join("target/deploy/some.so")).expect("the plain name");
    assert_eq!(deployed.trim(), "v3");
    fs::remove_dir_all(&folder).expect("the folder goes");
}
