//! What a campaign did and saw, as a table.

use std::fmt;
use std::time::Duration;

/// What a campaign did and saw.
#[derive(Clone, Debug, Default)]
pub struct Report {
    lines: Vec<Line>,
}

#[derive(Clone, Debug)]
struct Line {
    what: String,
    must: String,
    seen: String,
    judged: Judged,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Judged {
    /// A figure that nothing depends on.
    Told,
    /// It must hold; `guarded`: it is what the protection is for, and the control must break it; `timed`: it
    /// depends on how fast the machine is.
    Must { holds: bool, guarded: bool, timed: bool },
}

impl Report {
    /// A figure that nothing depends on.
    pub(crate) fn tell(&mut self, what: &str, seen: impl fmt::Display) {
        self.line(what, "", seen, Judged::Told);
    }

    /// Something that must hold, in the control as well.
    pub(crate) fn must(&mut self, what: &str, must: impl fmt::Display, seen: impl fmt::Display, holds: bool) {
        self.line(what, must, seen, Judged::Must { holds, guarded: false, timed: false });
    }

    /// Something that must hold, in the control as well, and that a slow machine alone can break.
    pub(crate) fn must_in_time(&mut self, what: &str, must: impl fmt::Display, seen: impl fmt::Display, holds: bool) {
        self.line(what, must, seen, Judged::Must { holds, guarded: false, timed: true });
    }

    /// Something that must hold, and doesn't without the protection.
    pub(crate) fn guarded(&mut self, what: &str, must: impl fmt::Display, seen: impl fmt::Display, holds: bool) {
        self.line(what, must, seen, Judged::Must { holds, guarded: true, timed: false });
    }

    /// Something that must hold, doesn't without the protection, and that a slow machine alone can break.
    pub(crate) fn guarded_in_time(
        &mut self,
        what: &str,
        must: impl fmt::Display,
        seen: impl fmt::Display,
        holds: bool,
    ) {
        self.line(what, must, seen, Judged::Must { holds, guarded: true, timed: true });
    }

    /// A count that must be as given.
    pub(crate) fn must_be(&mut self, what: &str, must: usize, seen: usize) {
        self.must(what, must, seen, must == seen);
    }

    /// A count that must be nought, and isn't without the protection.
    pub(crate) fn guarded_none(&mut self, what: &str, seen: usize) {
        self.guarded(what, 0, seen, seen == 0);
    }

    pub(crate) fn took(&mut self, time: Duration) {
        self.tell("the campaign took", format!("{:.1} s", time.as_secs_f64()));
    }

    fn line(&mut self, what: &str, must: impl fmt::Display, seen: impl fmt::Display, judged: Judged) {
        self.lines.push(Line { what: what.to_owned(), must: must.to_string(), seen: seen.to_string(), judged });
    }

    /// Whether all holds that must, however slow the machine is.
    pub fn holds(&self) -> bool {
        self.lines.iter().all(|line| !matches!(line.judged, Judged::Must { holds: false, timed: false, .. }))
    }

    /// Whether all holds that a slow machine alone can break.
    pub fn is_in_time(&self) -> bool {
        self.lines.iter().all(|line| !matches!(line.judged, Judged::Must { holds: false, timed: true, .. }))
    }

    /// Whether something doesn't hold that the protection is for.
    pub fn is_caught(&self) -> bool {
        self.lines.iter().any(|line| matches!(line.judged, Judged::Must { holds: false, guarded: true, .. }))
    }
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let width = |text: fn(&Line) -> &str, head: &str| {
            let widths = self.lines.iter().map(|line| text(line).chars().count());
            widths.max().unwrap_or_default().max(head.len())
        };
        let (what, must) = (width(|line| &line.what, "what"), width(|line| &line.must, "must be"));
        let seen = width(|line| &line.seen, "seen");
        writeln!(f, "  {:what$}  {:must$}  {:seen$}", "what", "must be", "seen")?;
        for line in &self.lines {
            let verdict = match line.judged {
                Judged::Told => "",
                Judged::Must { holds: true, .. } => "holds",
                Judged::Must { holds: false, .. } => "DOES NOT HOLD",
            };
            writeln!(f, "  {:what$}  {:must$}  {:seen$}  {verdict}", line.what, line.must, line.seen)?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_the_protection_is_for_counts_as_caught() {
        let mut report = Report::default();
        report.tell("messages", 5);
        report.must_be("arrived", 5, 5);
        report.guarded_none("twice", 0);
        assert!(report.holds() && !report.is_caught());
        report.must_be("told", 1, 2);
        assert!(!report.holds() && !report.is_caught(), "a control that fails by accident proves nothing");
        report.guarded_none("twice", 3);
        assert!(!report.holds() && report.is_caught());
        assert!(report.to_string().contains("DOES NOT HOLD"));
    }

    #[test]
    fn what_a_slow_machine_breaks_is_told_apart() {
        let mut report = Report::default();
        report.must_in_time("back after", "≤ 30 s", "31 s", false);
        assert!(report.holds() && !report.is_in_time() && !report.is_caught());
        report.guarded_in_time("answered after", "< 2500 ms", "2700 ms", false);
        assert!(report.holds() && report.is_caught());
    }
}
