//! Whose word an event is.

use anchor_lang::{event::EVENT_IX_TAG_LE, prelude::Pubkey, AnchorSerialize, Discriminator};
use ballast_client::Event;
use ballast_interface::{account::Marked, ids};

#[test]
fn an_event_counts_only_from_the_program_that_reports_it() {
    let mark = Marked { group: Pubkey::new_unique(), market: 3, mark: 5, premium: -7, funding_index: 11 };
    let mut data = [EVENT_IX_TAG_LE, Marked::DISCRIMINATOR].concat();
    mark.serialize(&mut data).expect("memory takes it");
    match Event::read(&ids::ACCOUNT, &data) {
        Some(Event::Marked(read)) => assert_eq!(*read, mark),
        other => panic!("{other:?}"),
    }
    for stranger in [ids::RISK, ids::LIQUIDATION, Pubkey::new_unique()] {
        assert!(Event::read(&stranger, &data).is_none());
    }
    assert!(Event::read(&ids::ACCOUNT, &data[..data.len() - 1]).is_none(), "cut short");
    assert!(Event::read(&ids::ACCOUNT, &data[8..]).is_none(), "no call of its own");
}
