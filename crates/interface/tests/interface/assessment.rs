//! A report survives the way through return data.

use ballast_interface::{
    risk::{Assessment, AssessmentParts, MarketAssessment},
    Wide,
};
use bytemuck::{bytes_of, Zeroable};
use std::mem::{offset_of, size_of};

/// A report of so many markets, in which every byte of every field is set.
fn report(count: u8) -> Assessment {
    let mut bytes = vec![0; size_of::<Assessment>()];
    let end = 368 + 72 * usize::from(count);
    for (place, byte) in bytes[..end].iter_mut().enumerate() {
        *byte = (place % 251) as u8 + 1;
    }
    let mut report: Assessment = bytemuck::pod_read_unaligned(&bytes);
    (report.version, report.market_count) = (1, count);
    report
}

/// What the runtime hands on: it cuts zeros at the end.
fn cut(mut bytes: &[u8]) -> &[u8] {
    while let [rest @ .., 0] = bytes {
        bytes = rest;
    }
    bytes
}

#[test]
fn a_report_ends_with_its_last_market() {
    for count in 0..=8 {
        let report = report(count);
        let bytes = report.bytes();
        assert_eq!(bytes.len(), 368 + 72 * usize::from(count));
        assert_eq!(bytes, &bytes_of(&report)[..bytes.len()]);
        assert_eq!(report.markets().len(), usize::from(count));
    }
}

#[test]
fn a_report_comes_back_as_it_was() {
    for count in 0..=8 {
        let report = report(count);
        assert_eq!(Assessment::from_bytes(report.bytes()), Some(report), "{count} markets");
        assert_eq!(Assessment::from_bytes(bytes_of(&report)), Some(report), "{count} markets, uncut");
    }
}

#[test]
fn zeros_that_the_runtime_cuts_come_back() {
    for count in 0..=8u8 {
        let mut report = Assessment::zeroed();
        (report.version, report.market_count) = (1, count);
        report.value = Wide::new(-5);
        for (place, market) in report.markets.iter_mut().enumerate().take(count.into()) {
            market.market = place as u16 + 1;
        }
        let sent = cut(report.bytes());
        assert!(sent.len() < report.bytes().len());
        assert_eq!(Assessment::from_bytes(sent), Some(report), "{count} markets");
    }
    let mut least = Assessment::zeroed();
    least.version = 1;
    assert_eq!(cut(least.bytes()), [1]);
    assert_eq!(Assessment::from_bytes(&[1]), Some(least));
}

#[test]
fn what_is_no_report_is_not_read() {
    let report = report(8);
    let bytes = report.bytes();
    assert_eq!(bytes.len(), 944);
    assert_eq!(Assessment::from_bytes(&[bytes, &[0]].concat()), None, "a byte too long");
    assert_eq!(Assessment::from_bytes(&[bytes; 3].concat()), None, "much too long");
    assert_eq!(Assessment::from_bytes(&[]), None, "nothing");
    for version in [0, 2, 255] {
        let mut other = bytes.to_vec();
        other[0] = version;
        assert_eq!(Assessment::from_bytes(&other), None, "version {version}");
    }
    for count in [9, 255] {
        let mut other = bytes.to_vec();
        other[4] = count;
        assert_eq!(Assessment::from_bytes(&other), None, "{count} markets");
    }
}

#[test]
fn every_field_of_a_report_has_its_place() {
    assert_eq!((size_of::<Assessment>(), size_of::<MarketAssessment>()), (944, 72));
    assert_eq!(size_of::<AssessmentParts>(), 16 * 16);
    assert_eq!((offset_of!(Assessment, version), offset_of!(Assessment, permitted)), (0, 1));
    assert_eq!((offset_of!(Assessment, worst), offset_of!(Assessment, market_count)), (2, 4));
    assert_eq!((offset_of!(Assessment, offsets_off), offset_of!(Assessment, sequence)), (5, 8));
    assert_eq!((offset_of!(Assessment, revision), offset_of!(Assessment, assessed_at)), (16, 24));
    assert_eq!((offset_of!(Assessment, value), offset_of!(Assessment, maintenance)), (32, 48));
    assert_eq!((offset_of!(Assessment, initial), offset_of!(Assessment, health)), (64, 80));
    assert_eq!((offset_of!(Assessment, room), offset_of!(Assessment, parts)), (96, 112));
    assert_eq!(offset_of!(Assessment, markets), 368);
    assert_eq!((offset_of!(MarketAssessment, market), offset_of!(MarketAssessment, worst)), (0, 2));
    assert_eq!((offset_of!(MarketAssessment, state), offset_of!(MarketAssessment, permitted)), (4, 5));
    assert_eq!((offset_of!(MarketAssessment, delta), offset_of!(MarketAssessment, gamma)), (8, 16));
    assert_eq!((offset_of!(MarketAssessment, scan), offset_of!(MarketAssessment, vega)), (24, 40));
    assert_eq!(offset_of!(MarketAssessment, theta), 56);
}

#[test]
fn the_engines_report_is_written_part_by_part() {
    use ballast_margin::{
        report::{Components, Report, Worst},
        units::Quote,
    };
    let parts = Components {
        scan: Quote(1),
        roll: Quote(2),
        convexity: Quote(3),
        twist: Quote(4),
        liquidity: Quote(5),
        interval: Quote(6),
        perp: Quote(7),
        perp_initial: Quote(8),
        option: Quote(9),
        option_initial: Quote(10),
        haircut: Quote(11),
        haircut_initial: Quote(12),
        score: Quote(13),
        peg: Quote(14),
        bias: Quote(15),
        gains: Quote(16),
    };
    let cases = [
        (Worst::Nothing, [0, 0]),
        (Worst::Row(7), [1, 7]),
        (Worst::Basis, [2, 0]),
        (Worst::Shortfall, [3, 0]),
        (Worst::Systemic(9), [4, 9]),
        (Worst::Covariance, [5, 0]),
        (Worst::Floor, [6, 0]),
        (Worst::Sum, [7, 0]),
    ];
    for (worst, expected) in cases {
        let mut report = Assessment::zeroed();
        report.write(&Report {
            value: Quote(-1),
            maintenance: Quote(21),
            initial: Quote(22),
            health: Quote(-22),
            room: Quote(-23),
            worst,
            components: parts,
            ..Report::default()
        });
        assert_eq!(report.worst, expected);
        let numbers = [report.value, report.maintenance, report.initial, report.health, report.room];
        assert_eq!(numbers.map(Wide::get), [-1, 21, 22, -22, -23]);
        let written: &[Wide] = bytemuck::cast_slice(std::slice::from_ref(&report.parts));
        let expected: Vec<_> = (1..=16).map(Wide::new).collect();
        assert_eq!(written, expected);
    }
}
