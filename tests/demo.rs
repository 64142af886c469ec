//! The demo, held against what Discord says of itself.

use elevenses::demo::{self, Options};

#[tokio::test(flavor = "multi_thread")]
async fn two_weeks_break_no_rule_of_discords() {
    let options = Options {
        seed: 1,
        days: 14,
        squad: None,
        json: false,
        colour: false,
        progress: false,
        inspectors: contract::for_bots(),
        called: "elevenses",
    };
    // A violation makes the simulated Discord panic when it ends, and with it this test.
    demo::run(options).await.expect("it plays");
}
