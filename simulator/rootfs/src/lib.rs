//! File trees of images and containers.

/// An immutable file tree of an image.
#[derive(Debug)]
pub struct Tree;
