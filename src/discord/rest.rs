//! A thin client of Discord's HTTP interface.
//!
//! serenity's own is left out of this: its limiter is of no use in front of another address, and
//! it hides the headers of what it is answered. Here every request has a time limit, passes the
//! [`Limiter`], and leaves one line in the log where it fails: its template, never its parameters
//! (a token may be among them), and never a body.

use std::time::Duration;

use anyhow::Context;
use reqwest::header::{AUTHORIZATION, HeaderMap, HeaderValue};
use reqwest::multipart;
use reqwest::{Client, RequestBuilder, Response, StatusCode};
use serde_json::Value;

use super::bucket;
use super::failure::{classify, is_token_of_interaction};
use super::limiter::{Limiter, Scope};
use super::route::Route;
use super::{Failure, Settings};
use crate::partnership::File;

/// Where Discord is.
const DISCORD: &str = "https://discord.com";
const CONNECT_TIME: Duration = Duration::from_secs(5);
const TOTAL_TIME: Duration = Duration::from_secs(15);
/// An interaction's first answer is of no use after three seconds.
const CALLBACK_TIME: Duration = Duration::from_millis(2_500);
/// How often a request that Discord put off is sent, all in all, before the caller hears of it.
const ATTEMPTS: u32 = 3;
/// Longest pause that is waited out here rather than left to the caller.
const LONGEST_PAUSE: Duration = Duration::from_secs(5);

/// Sends requests to Discord.
pub(super) struct Rest {
    client: Client,
    base: String,
    authorization: HeaderValue,
    limiter: Limiter,
    longest_wait: Duration,
}

impl Rest {
    /// A client that reaches Discord, or what stands in for it, as the settings say.
    pub(super) fn new(settings: &Settings) -> anyhow::Result<Self> {
        let mut authorization = HeaderValue::from_str(&format!("Bot {}", settings.token.trim()))
            .context("The Discord token holds characters that no token has. Check that it was copied whole")?;
        authorization.set_sensitive(true);
        let agent = format!("DiscordBot (https://discord.com, {})", env!("CARGO_PKG_VERSION"));
        let client = Client::builder()
            .user_agent(agent)
            .connect_timeout(CONNECT_TIME)
            .timeout(TOTAL_TIME)
            .tcp_nodelay(true)
            // A redirect would take a message's text to an address that nobody chose.
            .redirect(reqwest::redirect::Policy::none())
            .build()
            .context("The HTTP client can't be set up")?;
        let base = settings.api.as_deref().unwrap_or(DISCORD).trim_end_matches('/').to_owned();
        let limiter = Limiter::new(settings.requests_a_second, settings.longest_wait);
        Ok(Self { client, base, authorization, limiter, longest_wait: settings.longest_wait })
    }

    /// Where requests go: `https://discord.com` or what stands in for it.
    pub(super) fn base(&self) -> &str {
        &self.base
    }

    /// Sends a request without a body.
    pub(super) async fn ask(&self, route: &Route) -> Result<Value, Failure> {
        self.send(route, None, &[]).await
    }

    /// Sends a request with a body, and waits out what Discord puts off for a short while.
    pub(super) async fn send(&self, route: &Route, body: Option<&Value>, files: &[File]) -> Result<Value, Failure> {
        let mut attempt = 1;
        loop {
            let failure = match self.send_once(route, body, files).await {
                Ok(answer) => return Ok(answer),
                Err(failure) => failure,
            };
            let Failure::Passing { code: 429 | 40_003, retry_after: Some(pause) } = failure else {
                return Err(failure);
            };
            if attempt == ATTEMPTS || pause > LONGEST_PAUSE || route.is_callback() {
                return Err(failure);
            }
            attempt += 1;
            if route.is_interaction() {
                tokio::time::sleep(pause).await;
            }
        }
    }

    async fn send_once(&self, route: &Route, body: Option<&Value>, files: &[File]) -> Result<Value, Failure> {
        let request = self.request(route, body, files)?;
        let permit = self.limiter.permit(route).await.ok_or(Failure::NotSent)?;
        let response = match request.send().await {
            Ok(response) => response,
            Err(error) => return Err(unanswered(route, &error)),
        };
        self.limiter.answered(route, permit, response.headers());
        if response.status().is_success() {
            return read(route, response).await;
        }
        Err(self.refused(route, response).await)
    }

    fn request(&self, route: &Route, body: Option<&Value>, files: &[File]) -> Result<RequestBuilder, Failure> {
        let url = format!("{}/api/v10{}", self.base, route.path);
        let mut request =
            self.client.request(route.method.clone(), url).header(AUTHORIZATION, self.authorization.clone());
        if route.is_callback() {
            request = request.timeout(CALLBACK_TIME);
        }
        Ok(match body {
            None => request,
            Some(body) if files.is_empty() => request.json(body),
            Some(body) => request.multipart(parts(body, files)?),
        })
    }

    async fn refused(&self, route: &Route, response: Response) -> Failure {
        let status = response.status();
        let headers = response.headers().clone();
        let body: Value = response.json().await.unwrap_or_default();
        let code = body["code"].as_u64().unwrap_or_default();
        let scope = (status == StatusCode::TOO_MANY_REQUESTS).then(|| scope(&headers, &body));
        let pause = scope.map(|_| pause(&headers, &body, self.longest_wait));
        log(route, status, code);
        if let (Some(scope), Some(pause)) = (scope, pause) {
            self.limiter.refused(route, scope, pause);
        }
        if matches!(status.as_u16(), 401 | 403 | 429) && scope != Some(Scope::Shared) {
            self.limiter.count_invalid();
        }
        if status == StatusCode::UNAUTHORIZED && !is_token_of_interaction(code) && !route.is_interaction() {
            self.limiter.token_was_refused();
        }
        classify(status.as_u16(), code, pause)
    }

    /// Returns once Discord has refused the token. Nothing is sent after that.
    pub(super) async fn token_refusal(&self) {
        self.limiter.token_refusal().await;
    }

    /// Fetches a file of at most `most` bytes, without telling its machine the token.
    pub(super) async fn download(&self, url: reqwest::Url, most: usize) -> Result<Vec<u8>, Failure> {
        let too_large = || Failure::Final { code: 40_005, why: "The file is too large".to_owned() };
        let mut response = self.client.get(url).send().await.map_err(|_| Failure::NotSent)?;
        if !response.status().is_success() {
            return Err(classify(response.status().as_u16(), 0, None));
        }
        if response.content_length().is_some_and(|length| length > most as u64) {
            return Err(too_large());
        }
        let mut bytes = Vec::new();
        while let Some(chunk) = response.chunk().await.map_err(|_| Failure::NotSent)? {
            if bytes.len() + chunk.len() > most {
                return Err(too_large());
            }
            bytes.extend_from_slice(&chunk);
        }
        Ok(bytes)
    }
}

/// The body and its files as Discord takes them together.
fn parts(body: &Value, files: &[File]) -> Result<multipart::Form, Failure> {
    let json = multipart::Part::text(body.to_string())
        .mime_str("application/json")
        .map_err(|_| Failure::unreadable("content type"))?;
    let form = multipart::Form::new().part("payload_json", json);
    Ok(files.iter().enumerate().fold(form, |form, (position, file)| {
        let part = multipart::Part::bytes(file.bytes.clone()).file_name(file.name.clone());
        form.part(format!("files[{position}]"), part)
    }))
}

/// A success whose body can't be read was still a success, so nobody knows what came of it.
async fn read(route: &Route, response: Response) -> Result<Value, Failure> {
    let bytes = response.bytes().await.map_err(|error| unanswered(route, &error))?;
    if bytes.is_empty() {
        return Ok(Value::Null);
    }
    serde_json::from_slice(&bytes).map_err(|_| {
        tracing::warn!(method = %route.method, route = route.template, "Discord's answer is no JSON");
        Failure::Uncertain
    })
}

fn unanswered(route: &Route, error: &reqwest::Error) -> Failure {
    let sent = !(error.is_connect() || error.is_builder());
    // The error itself holds the address, and that may hold a token.
    let (timeout, connect) = (error.is_timeout(), error.is_connect());
    tracing::warn!(method = %route.method, route = route.template, timeout, connect, "Discord did not answer");
    if sent { Failure::Uncertain } else { Failure::NotSent }
}

fn scope(headers: &HeaderMap, body: &Value) -> Scope {
    let text = |name| headers.get(name).and_then(|value| value.to_str().ok());
    let global = text("x-ratelimit-global").is_some_and(|value| value.eq_ignore_ascii_case("true"));
    match text("x-ratelimit-scope") {
        Some("shared") => Scope::Shared,
        Some("global") => Scope::Global,
        _ if global || body["global"] == true => Scope::Global,
        // Without Discord's own words in it, it is the machine in front that refuses this address.
        None if !body.is_object() => Scope::Global,
        _ => Scope::Bucket,
    }
}

fn pause(headers: &HeaderMap, body: &Value, longest: Duration) -> Duration {
    let header =
        |name| headers.get(name).and_then(|value| value.to_str().ok()).and_then(|value| bucket::wait(value, longest));
    let said = body["retry_after"].as_f64().and_then(|seconds| bucket::capped(seconds, longest));
    said.or_else(|| header("retry-after"))
        .or_else(|| header("x-ratelimit-reset-after"))
        .unwrap_or(Duration::from_secs(1))
}

fn log(route: &Route, status: StatusCode, code: u64) {
    let (method, template, status) = (&route.method, route.template, status.as_u16());
    if matches!(code, 10_062 | 40_060) {
        tracing::info!(%method, route = template, status, code, "an interaction had run out or was answered already");
    } else {
        tracing::warn!(%method, route = template, status, code, "Discord refused a request");
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn headers(pairs: &[(&'static str, &'static str)]) -> HeaderMap {
        pairs.iter().map(|(name, value)| ((*name).parse().expect("a name"), HeaderValue::from_static(value))).collect()
    }

    fn settings(token: &str) -> Settings {
        Settings {
            token: token.to_owned(),
            api: Some("http://127.0.0.1:9".to_owned()),
            requests_a_second: 50,
            silence: Duration::from_mins(1),
            longest_wait: bucket::LONGEST_WAIT,
        }
    }

    #[test]
    fn a_refusal_says_how_far_it_reaches() {
        let cases = [
            (headers(&[("x-ratelimit-scope", "user")]), json!({"global": false}), Scope::Bucket),
            (headers(&[("x-ratelimit-scope", "shared")]), json!({}), Scope::Shared),
            (headers(&[("x-ratelimit-scope", "global")]), json!({}), Scope::Global),
            (headers(&[("x-ratelimit-global", "true")]), json!({}), Scope::Global),
            (headers(&[]), json!({"global": true}), Scope::Global),
            (headers(&[]), json!({"retry_after": 1}), Scope::Bucket),
            (headers(&[]), Value::Null, Scope::Global),
        ];
        for (headers, body, expected) in cases {
            assert_eq!(scope(&headers, &body), expected, "{headers:?} {body}");
        }
    }

    #[test]
    fn a_refusal_says_how_long_it_lasts() {
        let cases = [
            (headers(&[("retry-after", "7")]), json!({"retry_after": 0.25}), Duration::from_millis(250)),
            (headers(&[("retry-after", "7")]), Value::Null, Duration::from_secs(7)),
            (headers(&[("retry-after", "tomorrow")]), json!({"retry_after": "x"}), Duration::from_secs(1)),
            (headers(&[]), json!({"retry_after": 1e18}), bucket::LONGEST_WAIT),
        ];
        for (headers, body, expected) in cases {
            assert_eq!(pause(&headers, &body, bucket::LONGEST_WAIT), expected, "{headers:?} {body}");
        }
    }

    #[tokio::test]
    async fn where_nobody_listens_nothing_was_sent() {
        let rest = Rest::new(&settings("t")).expect("a client");
        let route = Route::new(reqwest::Method::GET, "/users/@me", &[]);
        assert_eq!(rest.ask(&route).await, Err(Failure::NotSent));
    }

    #[test]
    fn a_token_with_a_line_break_is_explained() {
        assert!(Rest::new(&settings("a\nb")).is_err());
    }
}
