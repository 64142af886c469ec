//! The demo, held against what Discord says of itself.

use elevenses::demo::{self, Options};

#[tokio::test(flavor = "multi_thread")]
async fn two_weeks_tell_their_story_and_break_no_rule_of_discords() {
    let options = Options {
        seed: 1,
        days: 14,
        squad: None,
        json: false,
        colour: false,
        progress: false,
        inspectors: contract::for_bots(),
        fresh: false,
        serve: None,
        called: "elevenses",
    };
    // A violation makes the simulated Discord panic when it ends, and with it this test.
    let text = demo::play(&options).await.expect("it plays");
    let words: Vec<&str> = text.split_whitespace().filter(|word| *word != "▌").collect();
    let words = words.join(" ");
    for told in [
        "Results: 25 days in a row.",
        "A rest day for all of Results: Tuesday 7 April?",
        "Off so far: Daniel Adeyemi, Gwen Price and Owen Hughes.",
        "Days in a row: 25 days worked without a day off.",
        "Daniel Adeyemi (@Daniel Adeyemi) asks for cover: midnight batch",
        "Niamh Byrne (@Niamh Byrne) covers for Daniel Adeyemi",
        "Daniel Adeyemi's hand-over",
        "day 35:",
        "All views are here: 4 views from Fennel Digital, Hartwell Pharmacy, National Testing Agency and Parcelwing",
        "Joe Lindqvist (Hartwell Pharmacy) objects to version 1:",
        "Version 2 is at consent.",
        "It is decided. Thank you for every voice.",
        "What remained: Concern (@Ffion Ŵyn): Large families read “two”, and stop there.",
        "Retired: it holds no more",
        "Reversed: The 2,000 were our own load test.",
        "B-1 · The board that approves the privacy notice meets on the 9th",
        "☑ done: somebody answers questions on Sundays",
        "Ordering in Home Testing (Fennel Digital) waits on National Testing Agency.",
        "Cleared by D-1",
        "@Priya Nair (FEN), @Ola Kamińska (PAR) and @Isla Fraser (HAR): this coffee is over. Thank you for it.",
        "Fri 27 Mar, 15:30 in Kolkata · Fri 11:00 in Warsaw · Fri 10:00 in London.",
        "@Priya Nair, @Ola Kamińska and @Isla Fraser: did you meet?",
        "@Priya Nair (FEN), @Owen Hughes (NTA) and @Isla Fraser (HAR), this is your coffee:",
        "The week, as Gwen Price reads it",
        "Results · week of 30 March 2026",
        "Its picture: ",
    ] {
        assert!(words.contains(told), "“{told}” isn't in it:\n{text}");
    }
}
