//! How the page looks, and that it keeps nobody out.

use std::path::Path;

use fantoccini::key::Key;
use serde_json::Value;

use super::desk::{DESKTOP, Desk, PHONE, Window, demo};

/// The windows in which it is looked at.
const WINDOWS: [(Window, &str); 3] = [(DESKTOP, "light"), (Window { dark: true, ..DESKTOP }, "dark"), (PHONE, "phone")];

/// What axe finds on the present view that keeps people out: serious and critical findings, by WCAG 2.2 AA.
async fn findings(desk: &Desk, axe: &str, view: &str) -> Vec<String> {
    desk.run(axe).await;
    let script = "const done = arguments[arguments.length - 1];\
        axe.run(document, {runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice']})\
        .then((result) => done(result.violations));";
    let found = desk.client.execute_async(script, Vec::new()).await.expect("axe runs");
    let serious = |one: &&Value| matches!(one["impact"].as_str(), Some("serious" | "critical"));
    let all = found.as_array().expect("findings");
    all.iter().filter(serious).map(|one| format!("{view}: {} {}", one["id"], one["nodes"][0]["html"])).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn no_view_keeps_anybody_out() {
    let Some(path) = std::env::var_os("AXE_CORE") else {
        assert!(std::env::var_os("CI").is_none(), "AXE_CORE names no axe.min.js");
        eprintln!("axe is skipped: AXE_CORE is not set.");
        return;
    };
    let axe = std::fs::read_to_string(path).expect("axe-core");
    let mut all = Vec::new();
    let Some(mut desk) = Desk::open(&demo(2, false), DESKTOP).await else { return };
    for (window, name) in WINDOWS {
        desk = desk.in_window(window).await;
        all.extend(findings(&desk, &axe, &format!("{name}, first visit")).await);
        desk.clicks_on("[data-testid='tour-start']").await;
        desk.sees("[data-testid='tour-go']").await;
        all.extend(findings(&desk, &axe, &format!("{name}, a step of the tour")).await);
        desk.clicks_on("[data-testid='tour-leave']").await;
        desk.is("Gwen Price", "results").await;
        all.extend(findings(&desk, &axe, &format!("{name}, a squad's channel")).await);
        desk.run("[...document.querySelectorAll('[data-testid=more]')].pop().click()").await;
        desk.sees("[data-testid='menu-item']").await;
        all.extend(findings(&desk, &axe, &format!("{name}, a message's menu")).await);
        desk.keys(Key::Escape).await;
        desk.run("document.querySelector('[data-testid=me]').click()").await;
        desk.sees("[data-testid='me-option']").await;
        all.extend(findings(&desk, &axe, &format!("{name}, the list of people")).await);
        desk.keys(Key::Escape).await;
        desk.runs("pace", &[]).await;
        desk.presses("Plan").await;
        desk.clicks_on("[data-testid='select']").await;
        desk.sees("[data-testid='choice']").await;
        all.extend(findings(&desk, &axe, &format!("{name}, an open select")).await);
        desk.keys(Key::Escape).await;
        desk.is("Gwen Price", "DM").await;
        desk.presses("Edit").await;
        desk.sees("dialog[data-testid='form']").await;
        all.extend(findings(&desk, &axe, &format!("{name}, a form")).await);
        desk.clicks_on("[data-testid='form-cancel']").await;
        desk.is("Gwen Price", "results").await;
        desk.sees("[data-testid='box']").await.send_keys("/b").await.expect("it is typed");
        desk.sees("[data-testid='command']").await;
        all.extend(findings(&desk, &axe, &format!("{name}, the palette")).await);
        desk.run("document.querySelector('[data-testid=behind]').click()").await;
        desk.sees("[data-testid='entry']").await;
        all.extend(findings(&desk, &axe, &format!("{name}, the ledger")).await);
        desk.run("document.querySelector('[data-testid=tab-faults]').click()").await;
        desk.sees("[data-testid='fault']").await;
        all.extend(findings(&desk, &axe, &format!("{name}, the faults")).await);
        desk.run("document.querySelector('[data-testid=two-panes]').click()").await;
        desk.sees("[data-testid='pane'][data-pane='2']").await;
        all.extend(findings(&desk, &axe, &format!("{name}, two panes")).await);
    }
    desk.close().await;
    assert!(all.is_empty(), "{}", all.join("\n"));
}

/// The pictures of the README are made by this run, with `WRITE_DOCUMENTS=1`. They aren't compared: fonts differ from
/// machine to machine.
#[tokio::test(flavor = "multi_thread")]
async fn it_fits_a_desk_in_light_and_dark_and_a_phone() {
    let Some(mut desk) = Desk::open(&demo(14, false), DESKTOP).await else { return };
    for (window, name) in WINDOWS {
        desk = desk.in_window(window).await;
        desk.is("Gwen Price", "results").await;
        desk.run("document.querySelector('[data-testid=tour-later]')?.click()").await;
        desk.sees("[data-testid='message']").await;
        let wide = desk.run("return document.documentElement.scrollWidth - document.documentElement.clientWidth").await;
        assert_eq!(wide, serde_json::json!(0), "{name}: nothing is wider than the window");
        let dark = desk.run("return matchMedia('(prefers-color-scheme: dark)').matches").await;
        assert_eq!(dark, serde_json::json!(window.dark), "{name}");
        let picture = desk.picture().await;
        assert!(picture.starts_with(b"\x89PNG"));
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/page").join(format!("{name}.png"));
        if std::env::var_os("WRITE_DOCUMENTS").is_some() {
            std::fs::create_dir_all(path.parent().expect("a folder")).expect("a folder");
            std::fs::write(&path, picture).expect("written");
        }
        assert!(path.exists(), "{} is made with WRITE_DOCUMENTS=1", path.display());
    }
    desk.close().await;
}
