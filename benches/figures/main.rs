//! What people wait for.
fn main() {}
