//! A browser before the page, and what a person does with it.

use std::net::{Ipv4Addr, SocketAddr};
use std::process::Stdio;
use std::time::Duration;

use elevenses::demo::page::Page;
use elevenses::demo::{Options, Theatre};
use fantoccini::elements::Element;
use fantoccini::key::Key;
use fantoccini::{Client, ClientBuilder, Locator};
use serde_json::{Value, json};
use tokio::io::{AsyncBufReadExt, BufReader};
use tokio::process::{Child, Command};

/// How long something may take to be seen, in real time, before it is taken not to come: a build server has much else to do.
const PATIENCE: Duration = Duration::from_mins(1);

/// The same while days of the partnership pass.
const LONG_PATIENCE: Duration = Duration::from_mins(5);

/// How often something is clicked that is drawn anew meanwhile, before it is taken for out of reach.
const TRIES: usize = 10;

/// How large a window is, and how it looks.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Window {
    pub(crate) width: u32,
    pub(crate) height: u32,
    pub(crate) dark: bool,
}

pub(crate) const DESKTOP: Window = Window { width: 1280, height: 860, dark: false };
pub(crate) const PHONE: Window = Window { width: 390, height: 844, dark: false };

/// A browser before the page.
pub(crate) struct Desk {
    pub(crate) client: Client,
    pub(crate) page: Page,
    // It ends with the desk.
    _driver: Child,
    _profile: tempfile::TempDir,
}

/// How a demo is played for a test; on an empty server nobody has spoken to the bot.
pub(crate) fn demo(days: u32, fresh: bool) -> Options {
    Options {
        seed: 1,
        days,
        squad: None,
        json: false,
        colour: false,
        progress: false,
        inspectors: contract::for_bots(),
        fresh,
        serve: None,
        called: "elevenses",
    }
}

/// A page that is served; the demo before it is played.
pub(crate) async fn serve(options: &Options) -> Page {
    let theatre = Theatre::open(options).await.expect("it plays");
    Page::open(theatre, SocketAddr::from((Ipv4Addr::LOCALHOST, 0)), options.fresh).await.expect("it is served")
}

/// Whether there is a browser. A build server without one is a failure.
fn is_there() -> bool {
    let there = ["chromium", "chromedriver"].into_iter().all(|name| {
        let mut asked = std::process::Command::new(name);
        asked.arg("--version").stdout(Stdio::null()).stderr(Stdio::null()).status().is_ok()
    });
    assert!(there || std::env::var_os("CI").is_none(), "chromium and chromedriver are not installed");
    if !there {
        eprintln!("The browser is skipped: chromium and chromedriver are not installed.");
    }
    there
}

impl Desk {
    /// Opens the page in a window; `None` where there is no browser.
    pub(crate) async fn open(options: &Options, window: Window) -> Option<Self> {
        if !is_there() {
            return None;
        }
        Some(Self::at(serve(options).await, window).await)
    }

    /// Another browser at the same page, in another window; this one is closed.
    pub(crate) async fn in_window(self, window: Window) -> Self {
        self.client.close().await.expect("the browser closes");
        Self::at(self.page, window).await
    }

    async fn at(page: Page, window: Window) -> Self {
        let (driver, port) = driver().await;
        let profile = tempfile::tempdir().expect("a folder");
        let client = browser(port, window, profile.path()).await;
        let desk = Self { client, page, _driver: driver, _profile: profile };
        desk.client.goto(desk.page.address()).await.expect("the page opens");
        desk.sees("html[data-ready='true']").await;
        desk
    }

    /// Ends everything in order.
    pub(crate) async fn close(self) {
        self.client.close().await.expect("the browser closes");
        self.page.close().await.expect("the bot ends");
    }

    /// Waits until something is there, by a CSS selector.
    pub(crate) async fn sees(&self, css: &str) -> Element {
        self.waits(Locator::Css(css), css, PATIENCE).await
    }

    /// Presses what lets time pass, and waits until it has.
    pub(crate) async fn lets_pass(&self, css: &str) {
        self.clicks_on(css).await;
        let idle = format!("{css}:not([aria-busy='true'])");
        self.waits(Locator::Css(&idle), &idle, LONG_PATIENCE).await;
    }

    /// Waits until something is there, by an XPath.
    pub(crate) async fn finds(&self, path: &str) -> Element {
        self.waits(Locator::XPath(path), path, PATIENCE).await
    }

    async fn waits(&self, at: Locator<'_>, what: &str, patience: Duration) -> Element {
        match self.client.wait().at_most(patience).for_element(at).await {
            Ok(element) => element,
            Err(error) => {
                let text = self.run("return document.body.innerText").await;
                panic!("{what} isn't there ({error}). The page says:\n{}", text.as_str().unwrap_or_default());
            }
        }
    }

    /// Waits until a message of the open channel says something.
    pub(crate) async fn reads(&self, words: &str) -> Element {
        self.finds(&format!("//*[@data-testid='message'][contains(normalize-space(.), {})]", quoted(words))).await
    }

    /// Opens the page as somebody, in a channel, by names. `DM` is the conversation with the bot.
    pub(crate) async fn is(&self, who: &str, place: &str) {
        let stage = self.page.stage();
        let actor = stage.sim.person_named(who).expect("somebody");
        actor.goes_to(place).expect("a place");
        let (me, channel) = (actor.id(), actor.place().expect("a place"));
        self.run(&format!("location.hash = '#/{me}/{channel}'")).await;
        self.sees(&format!("[data-testid='me'][data-id='{me}']")).await;
        self.sees(&format!("[data-testid='channel'][data-id='{channel}'][aria-current]")).await;
    }

    /// Presses the last button of a message that is called so.
    pub(crate) async fn presses(&self, label: &str) {
        let path = format!(
            "(//*[@data-testid='message']//button[@data-testid='button'][contains(normalize-space(.), {})])[last()]",
            quoted(label)
        );
        self.clicks(Locator::XPath(&path)).await;
    }

    /// Presses what a CSS selector finds.
    pub(crate) async fn clicks_on(&self, css: &str) {
        self.clicks(Locator::Css(css)).await;
    }

    /// Clicks as a person does: what is out of sight is scrolled to first, and what was drawn anew meanwhile is looked
    /// for again.
    pub(crate) async fn clicks(&self, at: Locator<'_>) {
        let mut last = None;
        for _ in 0..TRIES {
            let element = self.waits(at, &format!("{at:?}"), PATIENCE).await;
            let handle = serde_json::to_value(&element).expect("a handle");
            let scroll = "arguments[0].scrollIntoView({block: 'center', behavior: 'instant'})";
            let clicked = match self.client.execute(scroll, vec![handle]).await {
                Ok(_) => element.click().await,
                Err(error) => Err(error),
            };
            match clicked {
                Ok(()) => return,
                Err(error) => last = Some(error),
            }
        }
        panic!("{at:?} can't be clicked: {last:?}");
    }

    /// Types a command's name, takes it from the palette, fills its options in, and runs it.
    pub(crate) async fn runs(&self, name: &str, options: &[(&str, &str)]) {
        let text = self.sees("[data-testid='box']").await;
        text.send_keys(&format!("/{name}")).await.expect("it is typed");
        self.clicks_on(&format!("[data-testid='command'][data-name='{name}']")).await;
        for (option, value) in options {
            let field = self.sees(&format!("[data-testid='option'][data-name='{option}']")).await;
            field.click().await.expect("it has the focus");
            field.send_keys(value).await.expect("it is typed");
            let path = format!("//*[@data-testid='suggestion'][contains(normalize-space(.), {})]", quoted(value));
            self.clicks(Locator::XPath(&path)).await;
        }
        self.clicks_on("[data-testid='run']").await;
    }

    /// Fills fields of the open form in, by their labels, and sends it.
    pub(crate) async fn fills(&self, fields: &[(&str, &str)]) {
        self.sees("dialog[data-testid='form']").await;
        for (label, text) in fields {
            let path = format!(
                "//dialog[@data-testid='form']//*[@id=//dialog[@data-testid='form']//label[contains(normalize-space(.), {})]/@for]",
                quoted(label)
            );
            let field = self.finds(&path).await;
            field.clear().await.expect("it is emptied");
            field.send_keys(text).await.expect("it is typed");
        }
        self.clicks_on("[data-testid='form-send']").await;
    }

    /// Chooses in a select of a message, by its hint.
    pub(crate) async fn picks(&self, hint: &str, choices: &[&str]) {
        let path = format!(
            "(//*[@data-testid='message']//*[@data-testid='select'][contains(normalize-space(.), {0}) or contains(@aria-label, {0})])[last()]",
            quoted(hint)
        );
        self.clicks(Locator::XPath(&path)).await;
        for choice in choices {
            let path = format!("//*[@data-testid='choice'][contains(normalize-space(.), {})]", quoted(choice));
            self.clicks(Locator::XPath(&path)).await;
        }
        if choices.len() > 1 {
            self.clicks_on(".choose-foot button").await;
        }
    }

    /// Presses a key.
    pub(crate) async fn keys(&self, key: Key) {
        let active = self.client.active_element().await.expect("something has the focus");
        active.send_keys(&key.to_string()).await.expect("a key");
    }

    /// Runs a script in the page.
    pub(crate) async fn run(&self, script: &str) -> Value {
        self.client.execute(script, Vec::new()).await.expect("a script")
    }

    /// A picture of the window.
    pub(crate) async fn picture(&self) -> Vec<u8> {
        self.client.screenshot().await.expect("a picture")
    }
}

/// A text in an XPath.
fn quoted(text: &str) -> String {
    if text.contains('\'') { format!("\"{text}\"") } else { format!("'{text}'") }
}

/// A driver on a free port.
async fn driver() -> (Child, u16) {
    let mut driver = Command::new("chromedriver")
        .arg("--port=0")
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .kill_on_drop(true)
        .spawn()
        .expect("chromedriver");
    let mut lines = BufReader::new(driver.stdout.take().expect("its output")).lines();
    while let Some(line) = lines.next_line().await.expect("a line") {
        let port = line.split("on port ").nth(1).and_then(|rest| rest.trim_end_matches('.').parse().ok());
        if let Some(port) = port.filter(|_| line.contains("success")) {
            // Whatever else it says is read, so that it never waits.
            tokio::spawn(async move { while let Ok(Some(_)) = lines.next_line().await {} });
            return (driver, port);
        }
    }
    panic!("chromedriver doesn't start");
}

async fn browser(port: u16, window: Window, profile: &std::path::Path) -> Client {
    let mut options = json!({"args": [
        // Over a pipe it ends with the driver, also where a test fails.
        "--remote-debugging-pipe", "--headless=new", "--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-dev-shm-usage",
        "--force-color-profile=srgb", "--hide-scrollbars", format!("--window-size={},{}", window.width, window.height),
        format!("--user-data-dir={}", profile.display()),
        format!("--blink-settings=preferredColorScheme={}", i32::from(!window.dark)),
    ]});
    if window.width < 500 {
        // A window can't be so narrow by itself.
        options["mobileEmulation"] = json!({"deviceMetrics": {
            "width": window.width, "height": window.height, "pixelRatio": 2, "touch": true, "mobile": true,
        }});
    }
    let capabilities = json!({"goog:chromeOptions": options});
    let Value::Object(capabilities) = capabilities else { unreachable!("an object") };
    ClientBuilder::new(hyper_util::client::legacy::connect::HttpConnector::new())
        .capabilities(capabilities)
        .connect(&format!("http://127.0.0.1:{port}"))
        .await
        .expect("a browser")
}
