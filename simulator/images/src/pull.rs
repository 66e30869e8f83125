//! The course of a pull: what is reported, in which order (images.md 10).

use zone::Digest;

/// A layer of the image that is being pulled.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LayerState {
    /// Digest of the compressed layer.
    pub digest: Digest,
    /// Its length, bytes.
    pub size_bytes: u64,
    /// Whether the zone holds it already (IMG-02).
    pub present: bool,
}

/// One progress message of a pull.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PullEvent {
    /// A status of a layer without progress.
    Layer(Digest, &'static str),
    /// So many of so many bytes of a layer have arrived.
    Downloading {
        /// The layer.
        digest: Digest,
        /// Bytes so far.
        current: u64,
        /// All bytes.
        total: u64,
    },
}

/// Progress is reported for each started piece of this many bytes.
const PIECE_BYTES: u64 = 512 * 1024;

/// The messages between `Pulling from` and `Digest:`, in order. A layer downloads once however often it occurs.
pub fn pull_events(layers: &[LayerState]) -> Vec<PullEvent> {
    let mut events: Vec<PullEvent> = layers
        .iter()
        .map(|layer| PullEvent::Layer(layer.digest, "Pulling fs layer"))
        .collect();
    for layer in layers {
        if layer.present {
            events.push(PullEvent::Layer(layer.digest, "Already exists"));
        } else {
            download(layer, &mut events);
        }
    }
    for layer in layers.iter().filter(|layer| !layer.present) {
        events.push(PullEvent::Layer(layer.digest, "Activating image"));
        events.push(PullEvent::Layer(layer.digest, "Pull complete"));
    }
    events
}

fn download(layer: &LayerState, events: &mut Vec<PullEvent>) {
    events.push(PullEvent::Layer(layer.digest, "Pulling fs layer"));
    let pieces = layer.size_bytes.div_ceil(PIECE_BYTES).max(1);
    for piece in 1..=pieces {
        events.push(PullEvent::Downloading {
            digest: layer.digest,
            current: (piece * PIECE_BYTES).min(layer.size_bytes),
            total: layer.size_bytes,
        });
    }
    events.push(PullEvent::Layer(layer.digest, "Download complete"));
}

#[cfg(test)]
mod tests {
    use super::*;

    fn statuses(layers: &[LayerState]) -> Vec<String> {
        pull_events(layers)
            .into_iter()
            .map(|event| match event {
                PullEvent::Layer(_, status) => status.to_owned(),
                PullEvent::Downloading { current, total, .. } => format!("{current}/{total}"),
            })
            .collect()
    }

    #[test]
    fn a_new_layer_downloads_in_pieces_and_is_activated_last() {
        let layer = LayerState {
            digest: Digest([1; 32]),
            size_bytes: PIECE_BYTES + 1,
            present: false,
        };
        assert_eq!(
            statuses(&[layer]),
            [
                "Pulling fs layer",
                "Pulling fs layer",
                "524288/524289",
                "524289/524289",
                "Download complete",
                "Activating image",
                "Pull complete"
            ]
        );
        let present = LayerState {
            present: true,
            ..layer
        };
        assert_eq!(statuses(&[present]), ["Pulling fs layer", "Already exists"]);
    }
}
