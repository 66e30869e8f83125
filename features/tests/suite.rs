//! Runs every scenario.

fn main() {}
