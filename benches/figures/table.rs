//! The table of figures, and what is made of many measurements.

use std::time::Duration;

/// How long something took, many times.
#[derive(Default)]
pub(crate) struct Times(Vec<Duration>);

impl Times {
    /// Adds one.
    pub(crate) fn add(&mut self, time: Duration) {
        self.0.push(time);
    }

    /// The time that so many of a hundred don't exceed.
    pub(crate) fn percentile(&self, of_hundred: usize) -> Duration {
        let mut sorted = self.0.clone();
        sorted.sort_unstable();
        let place = (sorted.len() * of_hundred).div_ceil(100).saturating_sub(1);
        sorted.get(place).copied().unwrap_or_default()
    }

    /// The one in the middle.
    pub(crate) fn median(&self) -> Duration {
        self.percentile(50)
    }

    /// p50 and p99.
    pub(crate) fn spread(&self) -> String {
        format!("p50 {}, p99 {}", shown(self.median()), shown(self.percentile(99)))
    }
}

impl FromIterator<Duration> for Times {
    fn from_iter<I: IntoIterator<Item = Duration>>(times: I) -> Self {
        Self(times.into_iter().collect())
    }
}

/// The medians, over several rounds, of p50 and p99.
pub(crate) fn over_rounds(rounds: &[Times]) -> String {
    let median = |of_hundred| rounds.iter().map(|round| round.percentile(of_hundred)).collect::<Times>().median();
    format!("p50 {}, p99 {}", shown(median(50)), shown(median(99)))
}

/// A time in words.
pub(crate) fn shown(time: Duration) -> String {
    let milliseconds = time.as_secs_f64() * 1_000.0;
    match milliseconds {
        ..10.0 => format!("{milliseconds:.2} ms"),
        ..1_000.0 => format!("{milliseconds:.0} ms"),
        _ => format!("{:.2} s", time.as_secs_f64()),
    }
}

/// All figures, printed in the end; each also as soon as it is there.
pub(crate) struct Table(Vec<[String; 4]>);

impl Table {
    /// A table with its head.
    pub(crate) fn new() -> Self {
        Self(vec![["what", "target", "seen", "reference"].map(str::to_owned)])
    }

    /// Adds a line.
    pub(crate) fn add(&mut self, what: &str, target: &str, seen: &str, reference: &str) {
        eprintln!("{what}: {seen} ({reference})");
        self.0.push([what, target, seen, reference].map(str::to_owned));
    }

    /// Prints it.
    pub(crate) fn print(&self) {
        let width = |column: usize| self.0.iter().map(|row| row[column].chars().count()).max().unwrap_or_default();
        let [what, target, seen, _] = [0, 1, 2, 3].map(width);
        println!();
        for row in &self.0 {
            println!("{:what$}  {:target$}  {:seen$}  {}", row[0], row[1], row[2], row[3]);
        }
    }
}
