//! The walk of a check-in.

use crate::harness::{Story, engines};

#[tokio::test(flavor = "multi_thread")]
async fn a_check_in_is_asked_answered_and_shared() {
    for engine in engines() {
        let story = Story::with_squad_on(engine).await;
        let ben = story.person("Ben");
        story.until("2026-03-23 09:30").await;
        ben.goes_to("DM").expect("a conversation");
        let prompt = story.last_dm(&ben).expect("a prompt");
        assert!(prompt.content.starts_with("Morning, Ben."), "{}", prompt.content);
        ben.clicks("Check in").await.expect("a form");
        let form = ben.modal().expect("open");
        assert_eq!(form.title, "Seen by: everyone in Checkout");
        let reply = ben.fills(&[("What did I finish?", "the label printer")]).await.expect("saved");
        assert!(
            reply.text().starts_with("Saved for Monday 23 March, and shared with **Checkout**."),
            "{}",
            reply.text()
        );
        story.until("2026-03-23 09:31").await;
        let day = story.day_message(&story.person("Ann"), "checkout", "check-ins of Monday 23 March").expect("there");
        assert!(day.text().contains("finished: the label printer"), "{}", day.text());
    }
}
