//! What a process would take days to show.

mod days;

use super::{
    built,
    feeds::Sky,
    keys::{People, Person},
    PROGRAMS,
};
use ballast_client::{Keypair, Signer};
use ballast_testkit::{actor, Climate};
use std::os::unix::fs::PermissionsExt;

#[test]
fn a_program_that_is_not_built_is_one_sentence() {
    let folder = std::env::temp_dir().join(format!("ballast-built-{}", std::process::id()));
    std::fs::create_dir_all(&folder).expect("a folder");
    for name in PROGRAMS {
        let failure = built(&folder).expect_err("it is missing");
        let sentence = format!("The program {name} is not built: run `make build` first.");
        assert_eq!((failure.to_string(), failure.code()), (sentence, 1));
        std::fs::write(folder.join(name), []).expect("the file is written");
    }
    assert!(built(&folder).is_ok());
    std::fs::remove_dir_all(folder).expect("the folder goes");
}

#[test]
fn weather_is_fair_or_a_storm() {
    let read = |text: &str| text.parse::<Sky>().map(|sky| sky.0);
    assert_eq!(read("fair"), Ok(Climate::Fair));
    assert_eq!(read("storm"), Ok(Climate::Crash(0.25)));
    assert_eq!(read("storm=0.4"), Ok(Climate::Crash(0.4)));
    for wrong in ["", "rain", "fair=0.1", "storm=", "storm=1", "storm=-0.1", "storm=NaN", "storm=inf"] {
        assert!(read(wrong).is_err(), "{wrong}");
    }
}

#[test]
fn keys_are_made_once_and_those_that_are_there_are_used() {
    let folder = std::env::temp_dir().join(format!("ballast-people-{}", std::process::id()));
    let people = People::gather(&folder).expect("keys");
    let (alice, bob) = (people.file(Person::Alice), people.file(Person::Bob));
    assert_eq!(people.key(Person::Alice).pubkey(), actor("alice").pubkey());
    let mode = std::fs::metadata(&alice).expect("a file").permissions().mode();
    assert_eq!(mode & 0o777, 0o600, "a key is its owner's");
    let mine = Keypair::new();
    std::fs::write(&bob, format!("{:?}", mine.to_bytes())).expect("the file is written");
    let again = People::gather(&folder).expect("keys");
    assert_eq!(again.key(Person::Bob).pubkey(), mine.pubkey());
    assert_eq!(again.key(Person::Alice).pubkey(), actor("alice").pubkey());
    for person in People::everybody() {
        assert!(again.file(person).ends_with(format!("{}.json", person.name())), "{person:?}");
    }
    std::fs::write(&bob, "[1, 2]").expect("the file is written");
    let failure = People::gather(&folder).err().expect("it is none");
    assert_eq!(failure.to_string(), format!("{}: is no file of a keypair", bob.display()));
    std::fs::remove_dir_all(folder).expect("the folder goes");
}
