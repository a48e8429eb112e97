//! Pyth's own crate writes price updates and reads them; ours must see the same in the same bytes.

use crate::{code, key, rules};
use anchor_lang::{
    prelude::{pubkey, Pubkey},
    AccountDeserialize, AccountSerialize, Discriminator,
};
use ballast_interface::risk::{Feed, Observation, PriceSource, Pyth, PRICE_UPDATE_TAG, RECEIVERS};
use proptest::prelude::*;
use pyth_solana_receiver_sdk::price_update::{PriceFeedMessage, PriceUpdateV2, VerificationLevel};

/// Bytes of a fully verified update; the receiver allocates one more, for the other level.
const LENGTH: usize = 133;

fn feed() -> Feed {
    rules().feed
}

/// An update with every byte its own.
fn update() -> PriceUpdateV2 {
    PriceUpdateV2 {
        write_authority: key(3),
        verification_level: VerificationLevel::Full,
        price_message: PriceFeedMessage {
            feed_id: [9; 32],
            price: 0x0102_0304_0506_0708,
            conf: 0x1112_1314_1516_1718,
            exponent: 0x2122_2324,
            publish_time: 0x3132_3334_3536_3738,
            prev_publish_time: 0x4142_4344_4546_4748,
            ema_price: 0x5152_5354_5556_5758,
            ema_conf: 0x6162_6364_6566_6768,
        },
        posted_slot: 0x7172_7374_7576_7778,
    }
}

/// The account's data as Pyth's crate writes it.
fn written(update: &PriceUpdateV2) -> Vec<u8> {
    let mut data = Vec::new();
    update.try_serialize(&mut data).expect("memory takes it");
    data
}

/// The account's data by hand, as the tests' world writes it.
fn by_hand(update: &PriceUpdateV2) -> Vec<u8> {
    let message = &update.price_message;
    let mut data = vec![34, 241, 35, 99, 157, 126, 244, 205];
    data.extend(update.write_authority.to_bytes());
    match update.verification_level {
        VerificationLevel::Partial { num_signatures } => data.extend([0, num_signatures]),
        VerificationLevel::Full => data.push(1),
    }
    data.extend(message.feed_id);
    data.extend(message.price.to_le_bytes());
    data.extend(message.conf.to_le_bytes());
    data.extend(message.exponent.to_le_bytes());
    data.extend(message.publish_time.to_le_bytes());
    data.extend(message.prev_publish_time.to_le_bytes());
    data.extend(message.ema_price.to_le_bytes());
    data.extend(message.ema_conf.to_le_bytes());
    data.extend(update.posted_slot.to_le_bytes());
    data
}

fn observe(data: &[u8]) -> Result<Observation, anchor_lang::error::Error> {
    Pyth::observe(&feed(), &key(7), &RECEIVERS[0], data)
}

fn observed(update: &PriceUpdateV2) -> Observation {
    let message = &update.price_message;
    Observation {
        price: message.price,
        interval: message.conf,
        exponent: message.exponent,
        published_at: message.publish_time,
        average: message.ema_price,
    }
}

/// Who writes the account, what it says, and in which slot; Pyth's own struct cannot be shown when a test fails.
type Parts = ([u8; 32], VerificationLevel, PriceFeedMessage, u64);

fn any_parts(level: impl Strategy<Value = VerificationLevel>) -> impl Strategy<Value = Parts> {
    let prices = (any::<i64>(), any::<u64>(), any::<i32>(), any::<i64>(), any::<u64>());
    let message = (any::<[u8; 32]>(), prices, any::<i64>(), any::<i64>()).prop_map(
        |(feed_id, (price, conf, exponent, ema_price, ema_conf), publish_time, prev_publish_time)| {
            PriceFeedMessage {
                feed_id,
                price,
                conf,
                exponent,
                publish_time,
                prev_publish_time,
                ema_price,
                ema_conf,
            }
        },
    );
    (any::<[u8; 32]>(), level, message, any::<u64>())
}

fn whole((writer, verification_level, price_message, posted_slot): Parts) -> PriceUpdateV2 {
    let write_authority = Pubkey::new_from_array(writer);
    PriceUpdateV2 { write_authority, verification_level, price_message, posted_slot }
}

fn partial() -> impl Strategy<Value = VerificationLevel> {
    any::<u8>().prop_map(|num_signatures| VerificationLevel::Partial { num_signatures })
}

#[test]
fn receivers_and_tag_are_those_that_pyth_publishes() {
    let original = pubkey!("rec5EKMGg6MxZYaMdyBfgwp4d5rB9T1VQH5pJv5LtFJ");
    let sibling = pubkey!("rec2HHDDnjLfj4kE7VyEtFA1HPGQLK33259532cRyHp");
    assert_eq!(RECEIVERS, [original, sibling]);
    assert_eq!(pyth_solana_receiver_sdk::ID, original);
    assert_eq!(PRICE_UPDATE_TAG, [34, 241, 35, 99, 157, 126, 244, 205]);
    assert_eq!(PriceUpdateV2::DISCRIMINATOR, PRICE_UPDATE_TAG);
}

#[test]
fn an_update_that_pyth_writes_is_read_field_by_field() {
    let data = written(&update());
    assert_eq!((data.len(), PriceUpdateV2::LEN), (LENGTH, LENGTH + 1));
    let seen = observe(&data).unwrap();
    assert_eq!(seen.price, 0x0102_0304_0506_0708);
    assert_eq!(seen.interval, 0x1112_1314_1516_1718);
    assert_eq!(seen.exponent, 0x2122_2324);
    assert_eq!(seen.published_at, 0x3132_3334_3536_3738);
    assert_eq!(seen.average, 0x5152_5354_5556_5758);
}

#[test]
fn what_is_behind_the_update_is_not_looked_at() {
    // An account that once held an update of the other level ends with a byte that is left over.
    for left_over in [0, 1, 255] {
        let data = [written(&update()), vec![left_over]].concat();
        assert_eq!(observe(&data).unwrap(), observed(&update()));
    }
}

#[test]
fn an_update_cut_at_any_length_is_refused() {
    let data = written(&update());
    for length in 0..LENGTH {
        assert_eq!(code(observe(&data[..length])), Some(6013), "{length} bytes");
    }
    let partial = VerificationLevel::Partial { num_signatures: 13 };
    let data = written(&PriceUpdateV2 { verification_level: partial, ..update() });
    assert_eq!(data.len(), LENGTH + 1);
    for length in 0..=data.len() {
        // Where the level is there to be read, it is what is wrong.
        let expected = if length <= 40 { 6013 } else { 6015 };
        assert_eq!(code(observe(&data[..length])), Some(expected), "{length} bytes");
    }
}

#[test]
fn every_level_but_full_is_refused() {
    let mut data = written(&update());
    for level in 0..=255 {
        data[40] = level;
        let expected = (level != 1).then_some(6015);
        assert_eq!(code(observe(&data)), expected, "level {level}");
    }
}

#[test]
fn every_byte_of_tag_and_feed_counts() {
    let whole = written(&update());
    for place in 0..LENGTH {
        let mut data = whole.clone();
        data[place] ^= 0x80;
        let found = observe(&data);
        match place {
            0..8 => assert_eq!(code(found), Some(6013), "byte {place}"),
            // Who may write the account is none of our business: the program that owns it verified what is in it.
            8..40 => assert_eq!(found.unwrap(), observed(&update()), "byte {place}"),
            40 => assert_eq!(code(found), Some(6015), "byte {place}"),
            41..73 => assert_eq!(code(found), Some(6014), "byte {place}"),
            // The time before, the average's interval and the slot.
            101..109 | 117..133 => assert_eq!(found.unwrap(), observed(&update()), "byte {place}"),
            _ => assert_ne!(found.unwrap(), observed(&update()), "byte {place}"),
        }
    }
}

#[test]
fn an_account_of_another_address_or_program_is_refused() {
    let data = written(&update());
    let [original, sibling] = RECEIVERS;
    let found = |address: Pubkey, owner: Pubkey| code(Pyth::observe(&feed(), &address, &owner, &data));
    assert_eq!(found(key(7), original), None);
    assert_eq!(found(key(8), original), Some(6011));
    assert_eq!(found(key(7), sibling), Some(6012));
    assert_eq!(found(key(7), key(0)), Some(6012));

    let of_sibling = Feed { owner: sibling, ..feed() };
    assert_eq!(code(Pyth::observe(&of_sibling, &key(7), &sibling, &data)), None);
    assert_eq!(code(Pyth::observe(&of_sibling, &key(7), &original, &data)), Some(6012));
}

proptest! {
    #[test]
    fn any_full_update_of_pyth_is_read_as_it_is(parts in any_parts(Just(VerificationLevel::Full))) {
        let update = whole(parts);
        let data = written(&update);
        prop_assert_eq!(&data, &by_hand(&update));
        let feed = Feed { id: update.price_message.feed_id, ..feed() };
        let seen = Pyth::observe(&feed, &key(7), &RECEIVERS[0], &data).unwrap();
        prop_assert_eq!(seen, observed(&update));
    }

    #[test]
    fn any_partial_update_of_pyth_is_refused(parts in any_parts(partial())) {
        let update = whole(parts);
        let data = written(&update);
        prop_assert_eq!(&data, &by_hand(&update));
        let feed = Feed { id: update.price_message.feed_id, ..feed() };
        prop_assert_eq!(code(Pyth::observe(&feed, &key(7), &RECEIVERS[0], &data)), Some(6015));
    }

    #[test]
    fn pyth_reads_what_the_tests_world_writes(
        parts in any_parts(prop_oneof![Just(VerificationLevel::Full), partial()])
    ) {
        let update = whole(parts);
        let mut data = by_hand(&update);
        data.resize(PriceUpdateV2::LEN, 0);
        let read = PriceUpdateV2::try_deserialize(&mut &data[..]).unwrap();
        prop_assert_eq!(read.write_authority, update.write_authority);
        prop_assert_eq!(read.verification_level, update.verification_level);
        prop_assert_eq!(read.price_message, update.price_message);
        prop_assert_eq!(read.posted_slot, update.posted_slot);
    }

    #[test]
    fn no_bytes_make_the_reader_panic(tail in proptest::collection::vec(any::<u8>(), 0..200), tagged: bool) {
        let tag: &[u8] = if tagged { &PRICE_UPDATE_TAG } else { &[] };
        let _ = observe(&[tag, &tail].concat());
    }
}
