//! Where the validator is looked for, and what is said where it is not. The environment belongs to a whole process, so each
//! question is asked in one of its own: this binary again, with one test.
#![cfg(feature = "validator")]

use ballast_testkit::validator::{find, Genesis};
use std::{
    env, fs,
    path::{Path, PathBuf},
    process::{Command, Output},
};

/// Runs a question of this file with these variables alone.
fn ask(question: &str, variables: &[(&str, &Path)]) -> Output {
    let mut child = Command::new(env::current_exe().expect("this binary"));
    child.args([&format!("finding::{question}"), "--exact", "--ignored", "--nocapture"]).env_clear();
    child.envs(variables.iter().copied()).output().expect("it runs")
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

/// What is found with these variables.
fn found(variables: &[(&str, &Path)]) -> Option<PathBuf> {
    let said = ask("says_what_is_found", variables);
    assert!(said.status.success(), "{}", text(&said.stderr));
    let said = text(&said.stdout);
    let line = said.lines().find_map(|line| line.split_once("found: ")).expect("an answer").1;
    Some(PathBuf::from(line)).filter(|path| *path != Path::new("nothing"))
}

#[test]
#[ignore = "a question that the tests below ask in a process of its own"]
fn says_what_is_found() {
    println!("\nfound: {}", find().map_or("nothing".into(), |path| path.display().to_string()));
}

#[test]
#[ignore = "a question that the tests below ask in a process of its own"]
fn starts_with_a_program_that_is_not_there() {
    Genesis::bare().program([7; 32].into(), "/nowhere/mine.so").start();
}

/// An empty folder for a test.
fn folder(name: &str) -> PathBuf {
    let folder = env::temp_dir().join(format!("ballast-finding-{}-{name}", std::process::id()));
    fs::create_dir_all(&folder).expect("a folder");
    folder
}

/// A file in the validator's place, which is never run.
fn plant(folder: &Path) -> PathBuf {
    fs::create_dir_all(folder).expect("a folder");
    let file = folder.join("solana-test-validator");
    fs::write(&file, "").expect("a file");
    file
}

#[test]
fn the_path_comes_first_and_then_the_cache() {
    let root = folder("order");
    let [bin, empty, cache, home] = ["bin", "empty", "cache", "home"].map(|name| root.join(name));
    fs::create_dir_all(&empty).expect("a folder");
    let path = env::join_paths([&empty, &bin]).expect("a path");
    let path = Path::new(&path);
    let all: [(&str, &Path); 3] = [("PATH", path), ("XDG_CACHE_HOME", &cache), ("HOME", &home)];
    assert_eq!(found(&all), None);
    assert_eq!(found(&[]), None, "without any variables");
    let in_home = plant(&home.join(".cache/ballast/validator-4.2.1/bin"));
    assert_eq!(found(&all), None, "a cache that is named is the only one");
    assert_eq!(found(&[("PATH", path), ("HOME", &home)]), Some(in_home.clone()));
    assert_eq!(found(&[("XDG_CACHE_HOME", Path::new("relative")), ("HOME", &home)]), Some(in_home));
    let in_cache = plant(&cache.join("ballast/validator-4.2.1/bin"));
    assert_eq!(found(&all), Some(in_cache));
    let on_path = plant(&bin);
    assert_eq!(found(&all), Some(on_path));
    fs::remove_dir_all(root).expect("it was there");
}

#[test]
fn what_is_missing_is_said_with_what_to_do() {
    let root = folder("missing");
    let question = "starts_with_a_program_that_is_not_there";
    let said = ask(question, &[("PATH", &root), ("TMPDIR", &root)]);
    assert!(!said.status.success());
    let sentence = "there is no solana-test-validator: put Agave's on the PATH, or run `make validator`";
    assert!(text(&said.stderr).contains(sentence), "{}", text(&said.stderr));

    let bin = root.join("bin");
    plant(&bin);
    let files = root.join("files");
    fs::create_dir_all(&files).expect("a folder");
    let said = ask(question, &[("PATH", &bin), ("TMPDIR", &files)]);
    assert!(!said.status.success());
    let sentence = "/nowhere/mine.so is not there: run `make build`";
    assert!(text(&said.stderr).contains(sentence), "{}", text(&said.stderr));

    let said = ask(question, &[("PATH", &bin), ("TMPDIR", &files), ("BALLAST_PROGRAMS", &root)]);
    let sentence = format!("{} is not there: run `make build`", root.join("v3/test_feed.so").display());
    assert!(text(&said.stderr).contains(&sentence), "{}", text(&said.stderr));
    let left: Vec<_> = fs::read_dir(&files).expect("a folder").collect();
    assert!(left.is_empty(), "nothing is left behind: {left:?}");
    fs::remove_dir_all(root).expect("it was there");
}
