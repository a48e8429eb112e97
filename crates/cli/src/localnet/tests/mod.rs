//! What a process would take days to show.

mod days;

use super::{built, feeds::Sky, PROGRAMS};
use ballast_testkit::Climate;

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
