//! The programs of the image `busybox`.
