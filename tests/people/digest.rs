//! The weekly digest.

use crate::acts::{contains, lacks};
use crate::harness::{Story, engines};

#[tokio::test(flavor = "multi_thread")]
async fn a_lead_reads_what_needs_them_and_nobody_else_does() {
    for engine in engines() {
        let mut story = Story::with_squad_on(engine).await;
        let (ann, ben) = (story.person("Ann"), story.person("Ben"));
        ben.goes_to("checkout").expect("there");
        let refused = story.run(&ben, "/digest preview").await.text();
        lacks(&refused, &["week of"]);
        ann.goes_to("checkout").expect("there");
        let quiet = story.run(&ann, "/digest preview").await;
        contains(&quiet.text(), &["**Checkout · week of 16 March 2026**", "A quiet week"]);
        story.with_contact().await;
        story.ben_raises().await;
        story.restart().await;
        story.until("2026-03-27 16:00").await;
        let reply = story.run(&ann, "/digest preview").await;
        contains(
            &reply.text(),
            &[
                "**Needs you**",
                "B-1 · ",
                "[Nudge about B-1]",
                "Blockers raised: 1 (1 more than the week before)",
                "Fennel waits on Parcelwing: 1 blocker, the oldest, B-1, for",
                "So far, until Friday, by the clock of Europe/London. Nothing here says how anybody is.",
                "📎 week.png",
            ],
        );
        let nudged = ann.clicks("Nudge about B-1").await.expect("clicked");
        contains(&nudged.text(), &["✅ Asked, once and kindly"]);
    }
}
