//! The page, in a browser: what a newcomer does there in their first ten minutes, and what keeps nobody out.
//!
//! Needs Debian's `chromium` and `chromium-driver`. Where they are missing the tests say so and pass, but for the build
//! server, which has `CI=true`: there they fail.

mod desk;
mod door;
mod looks;
mod stories;
